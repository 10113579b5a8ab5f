namespace Kairos.Testing.Tests.Time;

public sealed class CallTurnsTests
{
    private readonly CallTurns _turns = new();

    [Fact]
    public void Nobody_is_waited_for_where_nobody_waits() => Assert.True(_turns.Idle.IsCompleted);

    [Fact]
    public async Task A_call_is_waited_for_until_it_has_gone_on_as_far_as_it_can()
    {
        Task? whileItGoesOn = null;
        var first = _turns.Begin(_ => whileItGoesOn = _turns.Idle);
        var second = _turns.Begin(_ => throw new InvalidOperationException());
        var idle = _turns.Idle;

        first(null);
        Assert.False(whileItGoesOn!.IsCompleted);
        Assert.False(idle.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => second(null));

        await idle.Soon();
        Assert.Equal(2, _turns.Ended);
        Assert.True(_turns.Idle.IsCompleted);
    }
}
