using Kairos.Errors;

namespace Kairos.Calls;

/// <summary>The errors that one call has recorded, until it ends in success or not.</summary>
internal struct SeenErrors
{
    private List<ErrorKind>? _kinds;

    /// <summary>When the first one was seen.</summary>
    public TimeSpan FirstAt { get; private set; }

    public readonly bool Any => _kinds is not null;

    public void Add(KairosError error, TimeSpan now)
    {
        if (_kinds is null) FirstAt = now;
        (_kinds ??= []).Add(ErrorKind.Of(error));
    }

    public readonly IEnumerable<(ErrorKind Kind, long Count)> ByKind() =>
        _kinds is null ? [] : _kinds.GroupBy(kind => kind).Select(group => (group.Key, (long)group.Count()));
}
