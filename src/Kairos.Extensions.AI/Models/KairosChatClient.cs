using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>A model under a guard.</summary>
internal sealed class KairosChatClient : DelegatingChatClient
{
    private const string Operation = "chat";
    private readonly ChatAttempts _attempts;
    private readonly GuardedCallOptions _call;
    private readonly StreamOptions<ChatResponseUpdate> _stream;

    public KairosChatClient(IChatClient inner, ModelGuard guard) : base(inner)
    {
        _attempts = new ChatAttempts(inner, guard);
        var holdsTools = inner.GetService<FunctionInvokingChatClient>() is not null;
        if (holdsTools) guard.WarnOfToolsInside();
        _call = new GuardedCallOptions { Operation = Operation, IsIdempotent = guard.Options.IsIdempotent && !holdsTools, Priority = guard.Options.Priority };
        _stream = new StreamOptions<ChatResponseUpdate>
        {
            Operation = Operation,
            IsIdempotent = _call.IsIdempotent,
            Priority = _call.Priority,
            IsRecordedBeneath = ModelUsage.IsEndOfBudget,
        };
    }

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var guard = _attempts.Guard.Guard;
        var call = _attempts.Guard.Measured(new ChatCall(messages, options));
        var outcome = await guard.TryExecuteAsync(
            static (state, token) => state.Attempts.AskAsync(state.Call, token),
            (Attempts: _attempts, Call: call),
            call.Usage is null ? _call : _call with { Usage = call.Usage },
            cancellationToken).ConfigureAwait(false);
        return outcome.ValueOrThrow(guard, cancellationToken);
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var guard = _attempts.Guard.Guard;
        var call = _attempts.Guard.Measured(new ChatCall(messages, options));
        return guard.ExecuteStreamAsync(
            static (state, token) => state.Attempts.StreamAsync(state.Call, token),
            (Attempts: _attempts, Call: call),
            call.Usage is null ? _stream : _stream with { Usage = call.Usage },
            cancellationToken).TellFailures(guard, cancellationToken);
    }

    public override object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType == typeof(ComponentGuard) ? _attempts.Guard.Guard : base.GetService(serviceType, serviceKey);
    }
}
