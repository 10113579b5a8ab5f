using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Agents.AI;

namespace Kairos.Extensions.Agents;

/// <summary>What a session held at a moment: the messages of its thread, and whatever providers keep in its state. Immutable.</summary>
internal sealed class SessionState
{
    private readonly AgentSession _session;
    private readonly JsonElement _state;

    private SessionState(AgentSession session)
    {
        _session = session;
        _state = session.StateBag.Serialize();
    }

    /// <summary>What a session holds now; null, with the reason, where something in it cannot be written as JSON, as the framework demands of all
    /// that is in it.</summary>
    public static SessionState? Of(AgentSession session, out Exception? reason)
    {
        try
        {
            reason = null;
            return new SessionState(session);
        }
        catch (Exception exception) // the serializer's own, or whatever a property of the application's types throws
        {
            reason = exception;
            return null;
        }
    }

    /// <summary>Has the session hold it again.</summary>
    public void Restore() => SetStateBag(_session, AgentSessionStateBag.Deserialize(_state));

    // Who derives from a session may replace its state, and nobody else can: values in it are typed, and cannot be put back one by one.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_StateBag")]
    private static extern void SetStateBag(AgentSession session, AgentSessionStateBag state);
}
