using Grpc.Core;
using Kairos.TestUtilities.Collecting.Wire;

namespace Kairos.TestUtilities.Collecting;

/// <summary>The service that takes metrics by gRPC.</summary>
internal sealed class GrpcMetrics(Reception reception, Inbox<ExportMetricsServiceRequest> inbox) : MetricsService.MetricsServiceBase
{
    public override Task<ExportResponse> Export(ExportMetricsServiceRequest request, ServerCallContext context) =>
        reception.TakeByGrpcAsync(context, request, inbox);
}

/// <summary>The service that takes spans by gRPC.</summary>
internal sealed class GrpcTraces(Reception reception, Inbox<ExportTraceServiceRequest> inbox) : TraceService.TraceServiceBase
{
    public override Task<ExportResponse> Export(ExportTraceServiceRequest request, ServerCallContext context) =>
        reception.TakeByGrpcAsync(context, request, inbox);
}

/// <summary>The service that takes log records by gRPC.</summary>
internal sealed class GrpcLogs(Reception reception, Inbox<ExportLogsServiceRequest> inbox) : LogsService.LogsServiceBase
{
    public override Task<ExportResponse> Export(ExportLogsServiceRequest request, ServerCallContext context) =>
        reception.TakeByGrpcAsync(context, request, inbox);
}

internal static class GrpcAnswers
{
    public static async Task<ExportResponse> TakeByGrpcAsync<T>(this Reception reception, ServerCallContext context, T message, Inbox<T> inbox)
    {
        var behaviour = await reception.TakeAsync(context.GetHttpContext(), message, inbox);
        return behaviour.Refusal is { } refusal
            ? throw new RpcException(new Status(refusal.Grpc, Behaviour.Complaint(context.GetHttpContext())))
            : behaviour.Answer;
    }
}
