using System.Collections;
using System.Diagnostics;

namespace Kairos.Components;

/// <summary>
/// The span that a log record of an actor belongs to. An actor has no current span, so it stands in a scope around the record: for any logger
/// as the values <c>TraceId</c> and <c>SpanId</c>, and for Kairos' telemetry as what it is.
/// </summary>
internal sealed class TraceScope(ActivityContext context) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public ActivityContext Context => context;

    public int Count => 2;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("TraceId", context.TraceId.ToHexString()),
        1 => new("SpanId", context.SpanId.ToHexString()),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
        yield return this[1];
    }

    public override string ToString() => $"TraceId:{context.TraceId} SpanId:{context.SpanId}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
