using static Kairos.ComponentEvents;

namespace Kairos.State;

/// <summary>
/// The errors of a burst, for the metrics actor: it is told the first ones one by one, because they may be logged, and the others together,
/// kind by kind. It outlives the actor, so that a crash loses none.
/// </summary>
internal struct ErrorBatch
{
    private const int OneByOne = LogAllowance.MostOfOne;
    private int _first;
    private ErrorRecorded? _last;
    private long _count;

    /// <summary>Takes an error in. Returns what is to be told now; null where that can wait.</summary>
    public IComponentEvent? Add(ErrorRecorded recorded)
    {
        if (_first < OneByOne)
        {
            _first++;
            return recorded;
        }

        var told = _last is { } last && ErrorKind.Of(last.Error) != ErrorKind.Of(recorded.Error) ? Take() : null;
        if (_last is null || !_last.HasTrace || recorded.HasTrace) _last = recorded;
        _count++;
        return told;
    }

    /// <summary>The burst is over. Returns what is left to be told; null where nothing is.</summary>
    public IComponentEvent? End()
    {
        _first = 0;
        return Take();
    }

    private ErrorsRecorded? Take()
    {
        if (_last is null) return null;
        var told = new ErrorsRecorded(_last, _count);
        (_last, _count) = (null, 0);
        return told;
    }
}

/// <summary>Errors of one kind, for the metrics actor.</summary>
/// <param name="Last">The last of them, if possible one of a trace.</param>
/// <param name="Count">How many there are.</param>
internal sealed record ErrorsRecorded(ErrorRecorded Last, long Count) : IComponentEvent
{
    public string Component => Last.Component;

    public long Number => Last.Number;
}
