using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Kairos.Extensions.AI;

/// <summary>The guard of one memory: readings that may be degraded, and writings that never are.</summary>
internal sealed class MemoryGuard
{
    /// <summary>The attribute of the caller's span, true where a reading was degraded.</summary>
    public const string DegradedTag = "kairos.degraded";

    private readonly Lazy<ComponentGuard> _guard;
    private readonly MemoryGuardOptions _options;

    public MemoryGuard(IKairos kairos, string component, MemoryGuardOptions options)
    {
        _guard = LazyGuard.Of(() => kairos, component, options.Classifier);
        Component = component;
        _options = options;
    }

    public string Component { get; }

    public ComponentGuard Guard => _guard.Value;

    /// <summary>Reads one thing; where that cannot be done gives <paramref name="nothing"/> and says so, or throws, as the options have it.</summary>
    public async Task<TResult> ReadAsync<TResult>(
        string operation, Func<CancellationToken, ValueTask<TResult>> read, TResult nothing, CancellationToken cancellationToken)
    {
        Exception? cause = null;
        var isDegraded = false;
        var options = new GuardedCallOptions<Unit, TResult>
        {
            Operation = operation,
            Fallbacks = _options.WhenUnavailable == UnavailableMemory.Error ? [] : [new(GiveNothing, IsDegraded: true)],
        };
        var result = await Guard.ExecuteAsync(ReadOnceAsync, default(Unit), options, cancellationToken).ConfigureAwait(false);
        if (isDegraded) Degrade(operation, cause);
        return result;

        ValueTask<TResult> GiveNothing(Unit state, CancellationToken token)
        {
            isDegraded = true;
            return new ValueTask<TResult>(nothing);
        }

        async ValueTask<TResult> ReadOnceAsync(Unit state, CancellationToken token)
        {
            try
            {
                return await Cancellations.HeedAsync(read, token).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                cause = exception;
                throw;
            }
        }
    }

    /// <summary>Reads many; where that cannot be done ends with what there was and says so, or throws, as the options have it.</summary>
    public async IAsyncEnumerable<T> ReadManyAsync<T>(
        string operation, Func<CancellationToken, IAsyncEnumerable<T>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var elements = ListAsync(operation, read, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = elements.ConfigureAwait(false);
        while (true)
        {
            try
            {
                if (!await elements.MoveNextAsync().ConfigureAwait(false)) yield break;
            }
            catch (Exception exception) when (IsDegradable(exception, cancellationToken))
            {
                Degrade(operation, exception);
                yield break;
            }

            yield return elements.Current;
        }
    }

    /// <summary>Reads many, or throws.</summary>
    public IAsyncEnumerable<T> ListAsync<T>(string operation, Func<CancellationToken, IAsyncEnumerable<T>> read, CancellationToken cancellationToken) =>
        Guard.ExecuteStreamAsync(static (read, token) => Cancellations.Heed(read(token), token), read, new StreamOptions<T> { Operation = operation }, cancellationToken);

    /// <summary>Asks what must be answered or fail.</summary>
    public Task<T> AskAsync<T>(string operation, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken) =>
        Guard.ExecuteAsync(static (ask, token) => Cancellations.HeedAsync(inner => new ValueTask<T>(ask(inner)), token), ask, new GuardedCallOptions { Operation = operation }, cancellationToken).AsTask();

    /// <summary>Does what must be done or fail.</summary>
    public Task WriteAsync(string operation, bool isIdempotent, Func<CancellationToken, Task> write, CancellationToken cancellationToken) =>
        Guard.ExecuteAsync(
            static (write, token) => Cancellations.HeedAsync(
                async inner =>
                {
                    await write(inner).ConfigureAwait(false);
                    return default(Unit);
                },
                token),
            write,
            new GuardedCallOptions { Operation = operation, IsIdempotent = isIdempotent || _options.WritesAreIdempotent },
            cancellationToken).AsTask();

    /// <summary>What of a guarded store is the guard's to give: itself, before the store beneath it, and the component's guard.</summary>
    public object? ServiceOf(object guarded, Type type, object? key)
    {
        ArgumentNullException.ThrowIfNull(type);
        return key is not null ? null
            : type.IsInstanceOfType(guarded) ? guarded
            : type == typeof(ComponentGuard) ? Guard
            : null;
    }

    private bool IsDegradable(Exception exception, CancellationToken cancellationToken) =>
        _options.WhenUnavailable == UnavailableMemory.Empty
        && !cancellationToken.IsCancellationRequested
        && (exception is CallRejectedException
            || (JudgedErrors.Of(exception) ?? Guard.Classifier.Classify(exception, new ClassificationContext(Component))).Verdict != Verdict.Ignore);

    private void Degrade(string operation, Exception? cause)
    {
        var degraded = new MemoryDegraded(Component, operation, cause);
        Activity.Current?.SetTag(DegradedTag, true);
        MemoryDegradationScope.Tell(degraded);
        _options.OnDegraded?.Invoke(degraded);
    }
}
