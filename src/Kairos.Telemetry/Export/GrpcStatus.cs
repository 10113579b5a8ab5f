using System.Globalization;
using System.Net.Http.Headers;

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

    /// <summary>What an answer that was read to its end says of its status: behind its content, or before it where there is none.</summary>
    public static string? Field(HttpResponseMessage response, string name) => First(response.TrailingHeaders, name) ?? First(response.Headers, name);

    /// <summary>Whether a failure carries a <c>google.rpc.RetryInfo</c>: the receiver is busy, and takes the same later.</summary>
    public static bool AsksToRetry(HttpResponseMessage response)
    {
        var details = Field(response, "grpc-status-details-bin") ?? "";
        var bytes = new byte[details.Length];
        var isBase64 = Convert.TryFromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '='), bytes, out var length); // gRPC leaves the padding out
        return isBase64 && bytes.AsSpan(0, length).IndexOf("google.rpc.RetryInfo"u8) >= 0;
    }

    private static string? First(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
