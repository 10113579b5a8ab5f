using Polly;

namespace Kairos.Extensions.Polly.Tests;

/// <summary>What pipelines run in tests.</summary>
internal static class Work
{
    public static readonly Exception Broken = new HttpRequestException("broken", null, System.Net.HttpStatusCode.InternalServerError);

    /// <summary>Runs a script: each entry is one attempt, an exception or a result; the last one is repeated.</summary>
    public static async Task<Outcome<string>> RunAsync(this ResiliencePipeline pipeline, Script script, CancellationToken cancellationToken = default)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            return await pipeline.ExecuteOutcomeAsync(static (context, script) => script.NextAsync(context.CancellationToken), context, script);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <inheritdoc cref="RunAsync(ResiliencePipeline, Script, CancellationToken)"/>
    public static async Task<Outcome<string>> RunAsync(this ResiliencePipeline<string> pipeline, Script script)
    {
        var context = ResilienceContextPool.Shared.Get();
        try
        {
            return await pipeline.ExecuteOutcomeAsync(static (context, script) => script.NextAsync(context.CancellationToken), context, script);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}

/// <summary>Attempts by script.</summary>
internal sealed class Script(params object[] ends)
{
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _attempts;

    /// <summary>An attempt that lasts until it is released and then succeeds, or until its token is cancelled.</summary>
    public static readonly object Hold = new();

    public int Attempts => _attempts;

    /// <summary>Ends when an attempt is held.</summary>
    public Task Held => _held.Task;

    public void Release() => _released.SetResult();

    public async ValueTask<Outcome<string>> NextAsync(CancellationToken cancellationToken)
    {
        var end = ends[Math.Min(Interlocked.Increment(ref _attempts), ends.Length) - 1];
        if (end is Exception exception) return Outcome.FromException<string>(exception);
        if (!ReferenceEquals(end, Hold)) return Outcome.FromResult((string)end);
        _held.TrySetResult();
        try
        {
            await _released.Task.WaitAsync(cancellationToken);
            return Outcome.FromResult("released");
        }
        catch (OperationCanceledException cancelled)
        {
            return Outcome.FromException<string>(cancelled);
        }
    }
}
