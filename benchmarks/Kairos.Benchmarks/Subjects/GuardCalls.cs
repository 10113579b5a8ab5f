using System.Net;
using Kairos.Benchmarks.Measuring;

namespace Kairos.Benchmarks.Subjects;

/// <summary>A guarded call that completes synchronously.</summary>
internal readonly struct GuardCall(ComponentGuard guard) : ICaller
{
    public ValueTask<int> CallAsync() => guard.ExecuteAsync(static (answer, _) => new ValueTask<int>(answer), 1);
}

/// <summary>The same with a delegate that returns a <see cref="Task"/>.</summary>
internal readonly struct GuardTaskCall(ComponentGuard guard) : ICaller
{
    public ValueTask<int> CallAsync() => guard.ExecuteAsync(static (answer, _) => Task.FromResult(answer), 1);
}

/// <summary>The same without a delegate.</summary>
internal readonly struct GuardEnteredCall(ComponentGuard guard) : ICaller
{
    public ValueTask<int> CallAsync()
    {
        var entering = guard.EnterAsync();
        if (!entering.IsCompletedSuccessfully) throw new InvalidOperationException("A closed circuit lets a call in at once.");
        using var call = entering.Result;
        call.Succeeded();
        return new ValueTask<int>(1);
    }
}

/// <summary>A guarded call that really awaits.</summary>
internal readonly struct GuardAwaitingCall(ComponentGuard guard) : ICaller
{
    public ValueTask<int> CallAsync() => guard.ExecuteAsync(static (answer, _) => Awaiting.AnswerAsync(answer), 1);
}

/// <summary>A guarded call that throws.</summary>
internal readonly struct GuardFailingCall(ComponentGuard guard) : ICaller
{
    public ValueTask<int> CallAsync() => guard.ExecuteAsync(static (_, _) => Failing.Throw(), 1);
}

/// <summary>A guarded call that fails as asynchronous methods do.</summary>
internal readonly struct GuardAsyncFailingCall(ComponentGuard guard) : ICaller
{
    public ValueTask<int> CallAsync() => guard.ExecuteAsync(static (_, _) => Failing.ThrowAsync(), 1);
}

/// <summary>A call through an open circuit, for its outcome.</summary>
internal readonly struct GuardRejectedOutcome(ComponentGuard guard) : ICaller
{
    public ValueTask<int> CallAsync()
    {
        var pending = guard.TryExecuteAsync(static (answer, _) => new ValueTask<int>(answer), 1);
        return new(pending.IsCompletedSuccessfully && pending.Result.Status == CallStatus.Rejected ? 1 : 0);
    }
}

/// <summary>What is called, unguarded.</summary>
internal readonly struct BareAwaitingCall : ICaller
{
    public ValueTask<int> CallAsync() => Awaiting.AnswerAsync(1);
}

/// <summary>A callee that gives its thread back before it answers.</summary>
internal static class Awaiting
{
    public static async ValueTask<int> AnswerAsync(int answer)
    {
        await Task.Yield();
        return answer;
    }
}

/// <summary>A callee that is down.</summary>
internal static class Failing
{
    public static ValueTask<int> Throw() => throw New();

    public static async ValueTask<int> ThrowAsync()
    {
        await Task.CompletedTask;
        throw New();
    }

    private static HttpRequestException New() => new("overloaded", null, HttpStatusCode.ServiceUnavailable);
}
