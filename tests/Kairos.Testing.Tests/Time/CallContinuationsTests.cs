namespace Kairos.Testing.Tests.Time;

public sealed class CallContinuationsTests
{
    private readonly CallContinuations _continuations = new();

    [Fact]
    public void Nobody_is_waited_for_where_nobody_waits() => Assert.True(_continuations.Idle.IsCompleted);

    [Fact]
    public async Task A_call_is_waited_for_until_it_has_gone_on_as_far_as_it_can()
    {
        Task? whileItGoesOn = null;
        var first = _continuations.Begin(_ => whileItGoesOn = _continuations.Idle);
        var second = _continuations.Begin(_ => throw new InvalidOperationException());
        var idle = _continuations.Idle;

        first(null);
        Assert.False(whileItGoesOn!.IsCompleted);
        Assert.False(idle.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => second(null));

        await idle.Soon();
        Assert.Equal(2, _continuations.Ended);
        Assert.True(_continuations.Idle.IsCompleted);
    }
}
