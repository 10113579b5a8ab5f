using Microsoft.AspNetCore.Http;

namespace Kairos.TestUtilities.Collecting;

/// <summary>Where exports come in, by whichever protocol: notes them and does what the collector is to do with them. Thread-safe.</summary>
internal sealed class Reception
{
    private volatile Behaviour _behaviour = Behaviour.Accepts;

    /// <summary>What is done with exports that come from now on.</summary>
    public Behaviour Behaviour
    {
        get => _behaviour;
        set => _behaviour = value;
    }

    /// <summary>Takes an export in, and says how it is to be answered, when it is time to.</summary>
    /// <exception cref="OperationCanceledException">The exporter waits no longer.</exception>
    public async Task<Behaviour> TakeAsync<T>(HttpContext context, T message, Inbox<T> inbox)
    {
        var behaviour = Behaviour;
        var number = inbox.Add(context, message);
        await Task.Delay(behaviour.Delay, context.RequestAborted);
        if (behaviour.Refusal is null) inbox.Accept(number);
        return behaviour;
    }
}
