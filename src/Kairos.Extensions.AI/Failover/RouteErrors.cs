namespace Kairos.Extensions.AI;

/// <summary>The errors that a guard has recorded of one call on a route, so that they can be told to have recovered when another route answers. Thread-safe.</summary>
/// <param name="guard">The route's guard.</param>
internal sealed class RouteErrors(ComponentGuard guard)
{
    private readonly Lock _lock = new();
    private readonly List<ErrorKind> _kinds = [];
    private TimeSpan _firstAt;

    /// <summary>The guard's classifier, whose judgements are noted.</summary>
    public ErrorClassifier Noting() => ErrorClassifier.Default.WithRule((exception, in context) =>
    {
        var error = guard.Classifier.Classify(exception, context);
        Add(ErrorKind.Of(error));
        return error;
    });

    /// <summary>Tells that they were made up for. One call has one duration, whatever the number of kinds.</summary>
    public void Recover()
    {
        ErrorKind[] kinds;
        lock (_lock)
        {
            kinds = [.. _kinds];
            _kinds.Clear();
        }

        TimeSpan? duration = Now - _firstAt;
        foreach (var kind in kinds.CountBy(kind => kind))
        {
            guard.ReportRecovery(kind.Key, kind.Value, duration);
            duration = null;
        }
    }

    private TimeSpan Now => guard.Runtime.Clock.Now;

    private void Add(ErrorKind kind)
    {
        lock (_lock)
        {
            if (_kinds.Count == 0) _firstAt = Now;
            _kinds.Add(kind);
        }
    }
}
