using Grpc.Core;
using Kairos.TestUtilities.Collecting.Wire;
using Microsoft.AspNetCore.Http;

namespace Kairos.TestUtilities.Collecting;

/// <summary>What a collector does with an export that has reached it. The same for all signals.</summary>
internal sealed record Behaviour
{
    public static readonly Behaviour Accepts = new();

    /// <summary>Takes the export and says nothing, for ever.</summary>
    public static readonly Behaviour NeverAnswers = new() { Delay = Timeout.InfiniteTimeSpan };

    public static readonly Behaviour ResourceExhausted = new() { Refusal = (StatusCode.ResourceExhausted, 429) };

    public static readonly Behaviour Unavailable = new() { Refusal = (StatusCode.Unavailable, 503) };

    public static readonly Behaviour Unauthenticated = new() { Refusal = (StatusCode.Unauthenticated, 401) };

    /// <summary>How long it takes before it answers.</summary>
    public TimeSpan Delay { get; private init; }

    /// <summary>The status of its answer by either protocol; null where it is not refused.</summary>
    public (StatusCode Grpc, int Http)? Refusal { get; private init; }

    public ExportResponse Answer { get; private init; } = new();

    /// <summary>What a refusal says: more than it should, as some do. It repeats what it was sent with.</summary>
    public static string Complaint(HttpContext context) => $"refused what came with {string.Join(' ', context.Request.Headers.Select(header => header.Value))}";

    /// <summary>Accepts the export, late.</summary>
    public static Behaviour AnswersAfter(TimeSpan delay) => new() { Delay = delay };

    /// <summary>Accepts the export but for so many points, spans or records.</summary>
    public static Behaviour Rejects(long count) =>
        new() { Answer = new ExportResponse { PartialSuccess = new PartialSuccess { Rejected = count, ErrorMessage = "rejected by the collector" } } };
}
