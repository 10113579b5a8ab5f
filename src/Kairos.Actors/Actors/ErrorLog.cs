using Kairos.State;

namespace Kairos.Actors;

/// <summary>
/// Logs errors at a bounded rate: so many of one component and so many of all in a minute. What is left out is counted, and the count is
/// logged when the minute is over. The metrics actor only; handed to it, so that it outlives a crash of it.
/// </summary>
internal sealed class ErrorLog(KairosRuntime runtime)
{
    /// <summary>The most errors of all components together that are logged in a <see cref="LogAllowance.Window"/>.</summary>
    public const int MostOfAll = 100;

    private readonly Dictionary<string, LogAllowance> _exhausted = new(StringComparer.Ordinal);
    private readonly LogAllowance _all = new();

    /// <summary>When the next count of what was left out is due; null where nothing was.</summary>
    public TimeSpan? Due { get; private set; }

    /// <summary>Logs an error, or counts that it did not. Of several the others are counted as well.</summary>
    public void Note(ComponentEvents.ErrorRecorded recorded, long count, LogAllowance allowance, TimeSpan now)
    {
        var component = recorded.Component;
        _all.Renew(now);
        if (allowance.IsOver(now) && _exhausted.Remove(component)) LeftOut(component, allowance);
        allowance.Renew(now);
        if (allowance.Used < LogAllowance.MostOfOne && _all.Used < MostOfAll)
        {
            allowance.Used++;
            _all.Used++;
            runtime.Log(recorded, KairosLog.Error);
            if (--count == 0) return;
        }

        var isFirst = allowance.LeftOut == 0;
        allowance.LeftOut += count;
        if (!isFirst) return;
        _exhausted[component] = allowance;
        Due = Earlier(Due, allowance.End);
    }

    /// <summary>Logs the counts whose minute is over.</summary>
    public void Sweep(TimeSpan now)
    {
        Due = null;
        foreach (var (component, allowance) in _exhausted.ToList())
        {
            if (allowance.IsOver(now))
            {
                _exhausted.Remove(component);
                LeftOut(component, allowance);
            }
            else
            {
                Due = Earlier(Due, allowance.End);
            }
        }
    }

    /// <summary>Logs what is left to be told of a component that goes, or of all.</summary>
    public void End(string? component = null)
    {
        foreach (var (name, allowance) in _exhausted.Where(pair => component is null || pair.Key == component).ToList())
        {
            _exhausted.Remove(name);
            LeftOut(name, allowance);
        }
    }

    private void LeftOut(string component, LogAllowance allowance)
    {
        runtime.Log((component, allowance.LeftOut), static (logger, it) => KairosLog.ErrorsLeftOut(logger, it.component, it.LeftOut));
        allowance.LeftOut = 0;
    }

    private static TimeSpan Earlier(TimeSpan? one, TimeSpan other) => one < other ? one.Value : other;
}
