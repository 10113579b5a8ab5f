using Microsoft.Extensions.AI;

namespace Kairos;

/// <summary>What is special about guarded tools. Immutable and thread-safe. Time limits, retries and the breaker are the components' settings,
/// not these.</summary>
public sealed record ToolGuardOptions
{
    /// <summary>Nothing special.</summary>
    public static readonly ToolGuardOptions Default = new();

    /// <summary>The key of a tool's <see cref="AITool.AdditionalProperties"/> whose value true says what <see cref="IdempotentAttribute"/> says.</summary>
    public const string IdempotentProperty = "kairos.idempotent";

    /// <summary>The server that the tools are of, for example an MCP server's name: its tools are <c>tools/{server}/{tool}</c>, and
    /// <c>tools/{server}</c> tells of all of them. Null (default): they are <c>tools/{tool}</c>.</summary>
    public string? Server { get; init; }

    /// <summary>
    /// Whether a tool may be called twice without harm; null for a tool leaves it to what the tool says itself: <see cref="IdempotentAttribute"/>
    /// on its method, <see cref="IdempotentProperty"/>, or the hints of its MCP server (idempotent, or read-only). One that says nothing is not.
    /// </summary>
    public Func<AIFunction, bool?>? IsIdempotent { get; init; }

    /// <summary>Whether a result that says <c>isError</c>, as MCP's may, is a failure of the tool. The model sees it either way. Default false:
    /// servers say it of wrong arguments, too.</summary>
    public bool ErrorResultsAreFailures { get; init; }

    /// <summary>The most that a result may hold, in bytes: of text and data as they are, of any other type as JSON. More is a failure of the tool, which the model is told. At least 1; default
    /// 4 MB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public long MaxResultBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxResultBytes));
            field = value;
        }
    } = 4 * 1024 * 1024;

    /// <summary>How many tools may be guarded by one call, so that a server that lists without end is found out. At least 1; default
    /// 1,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxTools
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxTools));
            field = value;
        }
    } = 1000;

    /// <summary>What the model is told in place of a result when the tool was not called. Default: <see cref="ToolUnavailable.ToString"/>.</summary>
    public Func<ToolUnavailable, object?>? WhenUnavailable { get; init; }

    /// <summary>Turns exceptions into errors, with <see cref="AgentErrors.ForAgents"/> added. Default: the classifier of Kairos' options.</summary>
    public ErrorClassifier? Classifier { get; init; }
}
