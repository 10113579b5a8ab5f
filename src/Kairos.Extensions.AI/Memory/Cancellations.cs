using System.Runtime.CompilerServices;

namespace Kairos.Extensions.AI;

/// <summary>
/// Says of a call that ended because its token was cancelled what others say of it: gRPC's clients, and the stores that wrap what they throw, have
/// exceptions of their own for it.
/// </summary>
internal static class Cancellations
{
    /// <summary>Makes a call.</summary>
    public static async ValueTask<T> HeedAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call(cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsCancelled(exception, cancellation))
        {
            throw new OperationCanceledException(exception.Message, exception, cancellation);
        }
    }

    /// <summary>Reads elements.</summary>
    public static async IAsyncEnumerable<T> Heed<T>(IAsyncEnumerable<T> elements, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var reading = elements.GetAsyncEnumerator(cancellation);
        while (await HeedAsync(_ => reading.MoveNextAsync(), cancellation).ConfigureAwait(false)) yield return reading.Current;
    }

    private static bool IsCancelled(Exception exception, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested && exception is not OperationCanceledException && GrpcShape.IsCancelled(exception);
}
