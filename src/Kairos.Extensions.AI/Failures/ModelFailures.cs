using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Kairos.Extensions.AI;

/// <summary>Tells agents of the failures of guarded models in one way.</summary>
internal static class ModelFailures
{
    /// <summary>The result of a call, or what the agent is to catch.</summary>
    public static T ValueOrThrow<T>(this in CallOutcome<T> outcome, ComponentGuard guard, CancellationToken cancellation)
    {
        if (!outcome.IsSuccess) Throw(outcome.ToException()!, outcome.Error, guard, cancellation);
        return outcome.Value;
    }

    /// <summary>A stream whose failures are told so.</summary>
    public static async IAsyncEnumerable<T> TellFailures<T>(
        this IAsyncEnumerable<T> stream, ComponentGuard guard, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var elements = stream.GetAsyncEnumerator(cancellation);
        while (await NextAsync(elements, guard, cancellation).ConfigureAwait(false)) yield return elements.Current;
    }

    /// <summary>Throws what the agent is to catch.</summary>
    public static void Throw(Exception exception, Kairos.KairosError? error, ComponentGuard guard, CancellationToken cancellation)
    {
        var told = ModelFailedException.Of(exception, error, guard, cancellation);
        if (ReferenceEquals(told, exception)) ExceptionDispatchInfo.Throw(exception);
        throw told;
    }

    private static async ValueTask<bool> NextAsync<T>(IAsyncEnumerator<T> elements, ComponentGuard guard, CancellationToken cancellation)
    {
        try
        {
            return await elements.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Throw(exception, null, guard, cancellation);
            throw;
        }
    }
}
