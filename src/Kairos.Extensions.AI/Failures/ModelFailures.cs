using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>Tells agents of the failures of guarded models in one way.</summary>
internal static class ModelFailures
{
    /// <summary>The result of a call, or what the agent is to catch.</summary>
    public static T ValueOrThrow<T>(this in CallOutcome<T> outcome, ComponentGuard guard, CancellationToken cancellationToken)
    {
        if (!outcome.IsSuccess) Throw(outcome.ToException()!, outcome.Error, guard, cancellationToken);
        return outcome.Value;
    }

    /// <summary>A stream whose failures are told so.</summary>
    public static IAsyncEnumerable<T> TellFailures<T>(this IAsyncEnumerable<T> stream, ComponentGuard guard, CancellationToken cancellationToken) =>
        new Told<T>(stream, guard, cancellationToken);

    /// <summary>Throws what the agent is to catch.</summary>
    public static void Throw(Exception exception, Kairos.KairosError? error, ComponentGuard guard, CancellationToken cancellationToken)
    {
        var told = ModelFailedException.Of(exception, error, guard, cancellationToken);
        if (ReferenceEquals(told, exception)) ExceptionDispatchInfo.Throw(exception);
        throw told;
    }

    private sealed class Told<T>(IAsyncEnumerable<T> stream, ComponentGuard guard, CancellationToken caller) : IAsyncEnumerable<T>
    {
        public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken) =>
            new Elements<T>(stream.GetAsyncEnumerator(cancellationToken), guard, caller, cancellationToken);
    }

    /// <summary>What is there already is handed on as it is: it has not failed.</summary>
    private sealed class Elements<T>(IAsyncEnumerator<T> elements, ComponentGuard guard, CancellationToken caller, CancellationToken consumer) : IAsyncEnumerator<T>
    {
        public T Current => elements.Current;

        public ValueTask<bool> MoveNextAsync()
        {
            var next = elements.MoveNextAsync();
            return next.IsCompletedSuccessfully ? next : AwaitAsync(next);
        }

        public ValueTask DisposeAsync() => elements.DisposeAsync();

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private async ValueTask<bool> AwaitAsync(ValueTask<bool> next)
        {
            try
            {
                return await next.ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Throw(exception, null, guard, caller.IsCancellationRequested ? caller : consumer);
                throw;
            }
        }
    }
}

/// <summary>An answer that arrived in good order and is a failure.</summary>
internal sealed class AnswerFailedException(ResponseFacts facts, ChatResponse? response = null) : HttpFailureException(facts)
{
    /// <summary>Without what the provider wrote for people, in which it quotes prompts.</summary>
    public override string Message => Facts.Code is { } code ? $"The answer holds an error: {code}." : "The answer holds an error.";

    /// <summary>The whole answer, where it was not a stream.</summary>
    public ChatResponse? Response => response;
}
