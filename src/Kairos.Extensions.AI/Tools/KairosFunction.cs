using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>
/// A tool under a guard. When it may not be called the model is told so in place of a result: an exception would count against the few that
/// a function-calling client allows in a row, and tell the model nothing.
/// </summary>
internal sealed class KairosFunction : DelegatingAIFunction
{
    private readonly Lazy<ComponentGuard> _guard;
    private readonly ToolGuardOptions _options;
    private readonly GuardedCallOptions _call;
    private readonly ToolArguments _arguments;
    private readonly bool _isMcp;

    public KairosFunction(AIFunction inner, IKairos kairos, string component, ToolGuardOptions options) : base(inner)
    {
        Component = component;
        _options = options;
        _arguments = new ToolArguments(inner);
        _isMcp = McpShape.IsTool(inner);
        _call = new GuardedCallOptions { Operation = "invoke", IsIdempotent = Idempotency.Of(inner, options) };
        _guard = LazyGuard.Of(() => kairos, component, options.Classifier);
    }

    /// <summary>The tool's component.</summary>
    public string Component { get; }

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var outcome = await _guard.Value.TryExecuteAsync(
            static (state, token) => state.Self.AttemptAsync(state.Arguments, token), (Self: this, Arguments: arguments), _call, cancellationToken)
            .ConfigureAwait(false);
        if (outcome.IsSuccess) return outcome.Value;
        if (outcome.Status == CallStatus.Rejected) return Tell(new ToolUnavailable(Name, outcome.Rejection, outcome.RetryAfter));
        if (outcome.Exception is ErrorResultException error) return error.Result;
        if (outcome.Exception is ToldException told) return told.Message;
        ExceptionDispatchInfo.Throw(outcome.Exception!);
        return null;
    }

    private async ValueTask<object?> AttemptAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        if (_arguments.Refuse(arguments) is { } refusal) throw refusal;
        var result = await RunAsync(arguments, cancellationToken).ConfigureAwait(false);
        if (ToolResult.LengthOf(result, _options.MaxResultBytes, JsonSerializerOptions) > _options.MaxResultBytes) throw ToldException.TooMuch(Name, _options.MaxResultBytes);
        return _options.ErrorResultsAreFailures && ErrorResultException.IsError(result) ? throw new ErrorResultException(result!) : result;
    }

    private async ValueTask<object?> RunAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await base.InvokeCoreAsync(arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && _arguments.Explain(arguments, exception) is { } wrong)
        {
            throw wrong;
        }
        catch (OperationCanceledException exception) when (_isMcp && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException("The connection of the MCP client has ended.", exception); // it cancels what it has on its way
        }
        catch (Exception exception) when (_isMcp && McpShape.RefusalOf(exception, Component, _call.IsIdempotent) is { } refused)
        {
            throw refused;
        }
    }

    private object? Tell(ToolUnavailable unavailable) =>
        _options.WhenUnavailable is { } tell ? tell(unavailable) : unavailable.ToString();
}
