using System.Runtime.CompilerServices;

namespace Kairos.Extensions.AI;

/// <summary>
/// Says of a call that ended because its token was cancelled what others say of it: gRPC's clients, and the stores that wrap what they throw, have
/// exceptions of their own for it.
/// </summary>
internal static class Cancellations
{
    /// <summary>Makes a call.</summary>
    public static async ValueTask<T> HeedAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsCancelled(exception, cancellationToken))
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
    }

    /// <summary>Reads elements.</summary>
    public static async IAsyncEnumerable<T> Heed<T>(IAsyncEnumerable<T> elements, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reading = elements.GetAsyncEnumerator(cancellationToken);
        await using var end = reading.ConfigureAwait(false);
        while (await HeedAsync(_ => reading.MoveNextAsync(), cancellationToken).ConfigureAwait(false)) yield return reading.Current;
    }

    private static bool IsCancelled(Exception exception, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested && exception is not OperationCanceledException && GrpcShape.IsCancelled(exception);
}
