using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Actors;

/// <summary>A clock that can be told to fail, once for each time it is told.</summary>
public sealed class FailingTime : FakeTimeProvider
{
    private int _failures;

    public void FailNext() => Interlocked.Increment(ref _failures);

    public override long GetTimestamp()
    {
        if (Volatile.Read(ref _failures) > 0 && Interlocked.Decrement(ref _failures) >= 0) throw new InvalidOperationException("the clock failed");
        return base.GetTimestamp();
    }
}
