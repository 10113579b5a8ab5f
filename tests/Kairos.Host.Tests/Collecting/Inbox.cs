using Microsoft.AspNetCore.Http;

namespace Kairos.Host.Tests.Collecting;

/// <summary>One request of an exporter.</summary>
/// <param name="Path">The path it went to.</param>
/// <param name="Headers">Its headers, by lower-case name.</param>
/// <param name="Message">What it carried.</param>
internal sealed record Received<T>(string Path, IReadOnlyDictionary<string, string> Headers, T Message);

/// <summary>What arrived of one signal, in order. Thread-safe.</summary>
internal sealed class Inbox<T>
{
    private readonly Lock _gate = new();
    private readonly List<Received<T>> _all = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Received<T>> All
    {
        get
        {
            lock (_gate) return [.. _all];
        }
    }

    public void Add(HttpContext context, T message)
    {
        var headers = context.Request.Headers.ToDictionary(pair => pair.Key.ToLowerInvariant(), pair => pair.Value.ToString());
        lock (_gate)
        {
            _all.Add(new Received<T>(context.Request.Path, headers, message));
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits for a request that satisfies a condition.</summary>
    public async Task<Received<T>> WaitForAsync(Func<Received<T>, bool> isExpected, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_all.FirstOrDefault(isExpected) is { } found) return found;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }
}
