using System.Globalization;

namespace Kairos.Telemetry.Export;

/// <summary>The names of gRPC's status codes (grpc.io, "Status codes and their use in gRPC").</summary>
internal static class GrpcStatus
{
    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED",
    ];

    /// <summary>The name of a code as it stands in a header; whatever else stands there is not repeated.</summary>
    public static string NameOf(string? code) =>
        int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Names.Length ? Names[number] : "missing";
}
