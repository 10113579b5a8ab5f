using Grpc.Core;
using Kairos.Host.Tests.Collecting.Wire;

namespace Kairos.Host.Tests.Collecting;

/// <summary>The service that takes metrics by gRPC.</summary>
internal sealed class MetricsCollector(Inbox<ExportMetricsServiceRequest> inbox) : MetricsService.MetricsServiceBase
{
    public override Task<ExportMetricsServiceResponse> Export(ExportMetricsServiceRequest request, ServerCallContext context)
    {
        inbox.Add(context.GetHttpContext(), request);
        return Task.FromResult(new ExportMetricsServiceResponse());
    }
}
