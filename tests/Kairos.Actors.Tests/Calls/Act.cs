namespace Kairos.Tests.Calls;

/// <summary>Calls for tests.</summary>
internal static class Act
{
    public static readonly KairosError Broken = new(ErrorCode.LlmError, "broken");

    public static ValueTask<int> Succeed(int value, CancellationToken cancellationToken) => new(value);

    public static ValueTask<int> Fail(KairosError error, CancellationToken cancellationToken) =>
        ValueTask.FromException<int>(new KairosException(error));

    public static ValueTask<CallOutcome<int>> SucceedAsync(this ComponentGuard guard) => guard.TryExecuteAsync(Succeed, 1);

    public static ValueTask<CallOutcome<int>> FailAsync(this ComponentGuard guard, KairosError? error = null) =>
        guard.TryExecuteAsync(Fail, error ?? Broken);

    public static async Task FailAsync(this ComponentGuard guard, int times)
    {
        for (var i = 0; i < times; i++) await guard.FailAsync();
    }

    /// <summary>A wait that ends: what takes longer has gone wrong.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(60));

    /// <inheritdoc cref="Soon(Task)"/>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(60));
}

/// <summary>A call that lasts until the test ends it. It heeds its token.</summary>
internal sealed class HeldCall
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins a call and waits until it runs.</summary>
    public static async Task<(HeldCall Held, Task<CallOutcome<int>> Outcome)> BeginAsync(
        ComponentGuard guard, CancellationToken cancellationToken = default)
    {
        var held = new HeldCall();
        var outcome = guard.TryExecuteAsync(static (call, token) => call.RunAsync(token), held, cancellationToken).AsTask();
        await Task.WhenAny(held._started.Task, outcome).Soon();
        Assert.True(held._started.Task.IsCompleted, "the call was not admitted");
        return (held, outcome);
    }

    public void Succeed() => _end.TrySetResult(1);

    public void Fail() => _end.TrySetException(new KairosException(Act.Broken));

    private async ValueTask<int> RunAsync(CancellationToken cancellationToken)
    {
        _started.TrySetResult();
        return await _end.Task.WaitAsync(cancellationToken);
    }
}

/// <summary>A call that follows a script: an error for each attempt, and success when the script is at its end.</summary>
internal sealed class ScriptedCall(params KairosError[] errors)
{
    private int _attempts;

    public int Attempts => _attempts;

    /// <summary>One that always fails.</summary>
    public static ScriptedCall Failing(KairosError? error = null) => new([.. Enumerable.Repeat(error ?? Act.Broken, 10_000)]);

    public static ValueTask<int> RunAsync(ScriptedCall script, CancellationToken cancellationToken)
    {
        var attempt = Interlocked.Increment(ref script._attempts);
        return attempt <= script.Length ? Act.Fail(script.ErrorOf(attempt), cancellationToken) : new ValueTask<int>(attempt);
    }

    private int Length => errors.Length;

    private KairosError ErrorOf(int attempt) => errors[attempt - 1];
}
