using Kairos.Tests.Calls;

namespace Kairos.Extensions.AI.Tests.Models;

/// <summary>Calls that do not look at their token are left behind, and cleaned up when they come back.</summary>
public sealed class PatienceTests
{
    [Fact]
    public async Task A_stream_is_left_when_the_time_is_up_and_disposed_only_when_it_looks_for_no_element_any_more()
    {
        using var time = new CancellationTokenSource();
        var deaf = new Deaf();
        var stream = deaf.OrLeaveAsync(time.Token);
        var next = stream.MoveNextAsync().AsTask();

        await time.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.Soon());
        await stream.DisposeAsync();
        Assert.False(deaf.Disposed.IsCompleted);

        deaf.ComeBack(new IOException("the connection has ended"));
        await deaf.Disposed.Soon();
    }

    [Fact]
    public async Task A_stream_in_time_is_disposed_at_once()
    {
        using var time = new CancellationTokenSource();
        var deaf = new Deaf();
        var stream = deaf.OrLeaveAsync(time.Token);
        var next = stream.MoveNextAsync().AsTask();
        deaf.ComeBack(null);

        Assert.True(await next.Soon());
        await stream.DisposeAsync();

        Assert.True(deaf.Disposed.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task An_answer_is_left_when_the_time_is_up()
    {
        using var time = new CancellationTokenSource();
        var answer = new TaskCompletionSource<int>();
        var asking = answer.Task.OrLeaveAsync(time.Token);
        Assert.False(asking.IsCompleted);

        await time.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Soon());
    }

    private sealed class Deaf : IAsyncEnumerator<int>
    {
        private readonly TaskCompletionSource<bool> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Disposed => _disposed.Task;

        public int Current => 1;

        public void ComeBack(Exception? failure)
        {
            if (failure is null) _next.SetResult(true);
            else _next.SetException(failure);
        }

        public ValueTask<bool> MoveNextAsync() => new(_next.Task);

        public ValueTask DisposeAsync()
        {
            Assert.True(_next.Task.IsCompleted, "it is disposed while it looks for an element");
            _disposed.SetResult();
            return default;
        }
    }
}
