using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>A stream of the first model that had content to give, and what those before it had failed with. Used by one consumer.</summary>
internal sealed class FailoverStream : IAsyncDisposable
{
    private readonly FailoverRoute _route;
    private readonly IAsyncEnumerator<ChatResponseUpdate> _updates;
    private readonly List<(FailoverRoute Route, List<Exception> Seen)> _before;

    private FailoverStream(
        FailoverRoute route, IAsyncEnumerator<ChatResponseUpdate> updates, bool hasCurrent, List<(FailoverRoute Route, List<Exception> Seen)> before)
    {
        (_route, _updates, _before) = (route, updates, before);
        HasCurrent = hasCurrent;
    }

    /// <summary>Who answers.</summary>
    public string Component => _route.Component;

    public bool HasCurrent { get; private set; }

    public ChatResponseUpdate Current => _updates.Current;

    /// <summary>Asks the models in order, until one has content or there is none left.</summary>
    public static async ValueTask<FailoverStream> OpenAsync(FailoverRoute first, FailoverCall call, CancellationToken cancellationToken)
    {
        var before = new List<(FailoverRoute Route, List<Exception> Seen)>();
        for (var route = first; ; route = route.Next!)
        {
            var seen = new List<Exception>();
            var updates = route.StreamAsync(call, seen, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                return new FailoverStream(route, updates, await updates.MoveNextAsync().ConfigureAwait(false), before);
            }
            catch (Exception exception)
            {
                await updates.DisposeAsync().ConfigureAwait(false);
                if (!route.MayPassOn(exception, cancellationToken))
                {
                    var (told, failure) = exception is CallRejectedException && call.LastFailure is { } last ? last : (route, exception);
                    ModelFailures.Throw(failure, null, told.Guard, cancellationToken);
                }

                before.Add((route, seen));
            }
        }
    }

    /// <summary>Waits for the next update.</summary>
    /// <exception cref="ModelFailedException">There is none, because the model failed.</exception>
    public async ValueTask MoveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            HasCurrent = await _updates.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ModelFailures.Throw(exception, null, _route.Guard, cancellationToken);
        }
    }

    /// <summary>The stream has ended well: what the models before it had failed with is made up for.</summary>
    public void Recover()
    {
        foreach (var (route, seen) in _before) route.Recover(seen);
    }

    public ValueTask DisposeAsync() => _updates.DisposeAsync();
}
