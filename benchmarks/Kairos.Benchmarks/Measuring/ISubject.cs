namespace Kairos.Benchmarks.Measuring;

/// <summary>Something whose calls are timed. It loops itself, so that nothing stands between the clock and what is called.</summary>
internal interface ISubject
{
    /// <summary>Makes so many calls, one after the other, and fails if one of them did not do what it is there to do.</summary>
    Task RunAsync(int calls);
}

/// <summary>
/// One call, whose answer is 1. Implemented by structs: the compiler makes a loop of its own for each, so no side pays for an interface.
/// </summary>
internal interface ICaller
{
    ValueTask<int> CallAsync();
}

/// <summary>A loop of calls that succeed.</summary>
internal sealed class Calls<TCaller>(TCaller caller) : ISubject where TCaller : struct, ICaller
{
    public async Task RunAsync(int calls)
    {
        var answered = 0;
        for (var i = 0; i < calls; i++) answered += await caller.CallAsync();
        if (answered != calls) throw new InvalidOperationException($"{typeof(TCaller).Name}: {answered} of {calls} calls did what they should.");
    }
}

/// <summary>A loop of calls that end in an exception, which is caught as callers catch it.</summary>
internal sealed class ThrowingCalls<TCaller, TException>(TCaller caller) : ISubject
    where TCaller : struct, ICaller
    where TException : Exception
{
    public async Task RunAsync(int calls)
    {
        var caught = 0;
        for (var i = 0; i < calls; i++)
        {
            try
            {
                await caller.CallAsync();
            }
            catch (TException)
            {
                caught++;
            }
        }

        if (caught != calls) throw new InvalidOperationException($"{typeof(TCaller).Name}: {caught} of {calls} calls threw.");
    }
}

/// <summary>The same loop on two threads at once.</summary>
internal sealed class OnTwoThreads(ISubject subject) : ISubject
{
    public async Task RunAsync(int calls)
    {
        var missing = 2;
        var run = () =>
        {
            Interlocked.Decrement(ref missing);
            SpinWait.SpinUntil(() => Volatile.Read(ref missing) == 0); // neither has a head start
            return subject.RunAsync(calls);
        };
        await Task.WhenAll(Task.Run(run), Task.Run(run));
    }
}
