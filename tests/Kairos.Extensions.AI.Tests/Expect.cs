using Kairos.Tests.Calls;

namespace Kairos.Extensions.AI.Tests;

/// <summary>What tests expect of calls.</summary>
internal static class Expect
{
    /// <summary>That a call fails, and does so by itself: one that hangs is not taken for a failure.</summary>
    public static async Task<Exception> FailureAsync(Func<Task> call)
    {
        var running = call();
        Assert.True(await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(60))) == running, "the call hangs");
        return await Assert.ThrowsAnyAsync<Exception>(() => running.Soon());
    }
}
