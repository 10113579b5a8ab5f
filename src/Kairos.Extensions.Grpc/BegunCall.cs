using Grpc.Core;

namespace Kairos.Extensions.Grpc;

/// <summary>A call of the client beneath that has begun.</summary>
/// <param name="Answer">What is answered.</param>
/// <param name="Headers">The headers, once they are there.</param>
/// <param name="Status">Gives the status, once it has ended.</param>
/// <param name="Trailers">Gives the trailers, once it has ended.</param>
/// <param name="End">Ends it, and gives back what it holds.</param>
internal sealed record BegunCall<TAnswer>(TAnswer Answer, Task<Metadata> Headers, Func<Status> Status, Func<Metadata> Trailers, Action End);

/// <summary>Calls that have begun.</summary>
internal static class BegunCall
{
    /// <summary>One that was answered at once, and of which nothing else is asked.</summary>
    public static BegunCall<Task<T>> Ended<T>(T answer) =>
        new(Task.FromResult(answer), Task.FromResult(new Metadata()), () => global::Grpc.Core.Status.DefaultSuccess, () => [], () => { });
}
