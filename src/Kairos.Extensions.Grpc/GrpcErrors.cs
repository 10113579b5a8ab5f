using System.Collections.Frozen;
using Grpc.Core;
using Kairos.Classification;

namespace Kairos.Extensions.Grpc;

/// <summary>What gRPC's statuses mean, by the shared table. Pure.</summary>
internal static class GrpcErrors
{
    private const string Pushback = "grpc-retry-pushback-ms";

    private static readonly FrozenDictionary<StatusCode, string> Words = Enum.GetValues<StatusCode>().ToFrozenDictionary(code => code, WordOf);

    /// <summary>A classifier that understands statuses and trailers. A server that forbids another attempt is heeded.</summary>
    public static ErrorClassifier Understood(ErrorClassifier classifier)
    {
        var understanding = classifier.WithAdapter(FactsOf);
        return ErrorClassifier.Default.WithRule((exception, in context) =>
        {
            var error = understanding.Classify(exception, context);
            return ForbidsRetries(exception) ? error with { Recoverable = false } : error;
        });
    }

    private static ResponseFacts? FactsOf(Exception exception) =>
        exception is RpcException { StatusCode: not StatusCode.OK } failure && Words.TryGetValue(failure.StatusCode, out var word)
            ? new ResponseFacts { Status = 0, ErrorCode = word, Header = name => TrailerOf(failure, name), From = Answerer.Service }
            : null;

    /// <summary>A pushback that is negative, or no number, asks for no retry at all (gRFC A6).</summary>
    private static bool ForbidsRetries(Exception exception) =>
        exception is RpcException failure && TrailerOf(failure, Pushback) is { } pushback && !uint.TryParse(pushback, provider: null, out _);

    private static string? TrailerOf(RpcException failure, string name)
    {
        string[] values = [.. failure.Trailers.Where(entry => !entry.IsBinary && string.Equals(entry.Key, name, StringComparison.OrdinalIgnoreCase)).Select(entry => entry.Value)];
        return values.Length > 0 ? string.Join(',', values) : null;
    }

    /// <summary>A status as the table has it: <c>RESOURCE_EXHAUSTED</c>.</summary>
    private static string WordOf(StatusCode code) =>
        string.Concat(code.ToString().Select((letter, index) => index > 0 && char.IsAsciiLetterUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
}
