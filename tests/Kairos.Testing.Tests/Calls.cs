namespace Kairos.Testing.Tests;

/// <summary>Calls for tests, and waits that end.</summary>
internal static class Calls
{
    public static readonly KairosError Broken = new(ErrorCode.LlmError, "broken");

    /// <summary>Nothing is retried.</summary>
    public const string Once = "kairos.defaults.call.retry.max-attempts = 1";

    /// <summary>Two failures open a circuit, and nothing is retried.</summary>
    public const string Strict = "kairos.defaults { breaker.consecutive-failures = 2, call.retry.max-attempts = 1 }";

    public static ValueTask<int> SucceedAsync(this ComponentGuard guard) => guard.ExecuteAsync(static _ => new ValueTask<int>(1));

    public static async Task FailAsync(this ComponentGuard guard, KairosError? error = null) =>
        await guard.TryExecuteAsync(static (error, _) => ValueTask.FromException<int>(new KairosException(error)), error ?? Broken);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(60));

    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(60));
}
