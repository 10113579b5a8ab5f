using System.Collections.Concurrent;
using System.Reflection;

namespace Kairos.Extensions.AI;

/// <summary>
/// The status of a gRPC call, as its client's exception has it, by the name that grpc.io gives it. Stores wrap that exception in one of their
/// own. Looked up once per type.
/// </summary>
internal static class GrpcShape
{
    private const string Name = "Grpc.Core.RpcException";
    private const int Cancelled = 1;

    private static readonly string?[] Names =
    [
        null, "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    private static readonly ConcurrentDictionary<Type, PropertyInfo?> Codes = new();

    public static ResponseFacts? FactsOf(Exception exception) =>
        CodeOf(exception) is { } code && code > 0 && code < Names.Length
            ? new ResponseFacts { Status = 0, ErrorCode = Names[code], Header = name => TrailerOf(exception, name) }
            : null;

    /// <summary>Whether an exception says, itself or by its cause, that its caller has cancelled: gRPC's clients have no other word for it.</summary>
    public static bool IsCancelled(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (CodeOf(cause) == Cancelled) return true;
        }

        return false;
    }

    private static int? CodeOf(Exception exception) =>
        Codes.GetOrAdd(exception.GetType(), static type => ReflectedTypes.Is(type, Name) ? type.GetProperty("StatusCode") : null)?.GetValue(exception) is { } code
            ? Convert.ToInt32(code, provider: null)
            : null;

    private static string? TrailerOf(Exception exception, string name)
    {
        var trailers = exception.GetType().GetProperty("Trailers")?.GetValue(exception);
        return trailers?.GetType().GetMethod("GetValue", [typeof(string)])?.Invoke(trailers, [name]) as string;
    }
}
