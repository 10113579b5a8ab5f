using System.Diagnostics;

namespace Kairos.Tests.Calls;

/// <summary>The system's clock, which on demand throws at the next reader that is an actor.</summary>
internal sealed class CrashingTimeProvider : TimeProvider
{
    private int _armed;
    private int _crashes;

    public int Crashes => _crashes;

    /// <summary>Whether it has yet to throw.</summary>
    public bool IsArmed => Volatile.Read(ref _armed) == 1;

    public void CrashOnce() => Volatile.Write(ref _armed, 1);

    public override long GetTimestamp()
    {
        if (Volatile.Read(ref _armed) == 1
            && Thread.CurrentThread.Name?.Contains("kairos", StringComparison.Ordinal) == true
            && new StackTrace().ToString().Contains("ComponentActor", StringComparison.Ordinal)
            && Interlocked.Exchange(ref _armed, 0) == 1)
        {
            Interlocked.Increment(ref _crashes);
            throw new InvalidOperationException("the clock is out of order");
        }

        return System.GetTimestamp();
    }
}
