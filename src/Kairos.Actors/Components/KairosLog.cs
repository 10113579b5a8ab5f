using Kairos.Breaking;
using Kairos.Health;
using Microsoft.Extensions.Logging;

namespace Kairos.Components;

/// <summary>What Kairos' actors log. Event ids are stable.</summary>
internal static partial class KairosLog
{
    public static void CircuitChanged(ILogger logger, string component, CircuitTransition transition)
    {
        var level = transition.To == CircuitState.Open ? LogLevel.Warning : LogLevel.Information;
        var (from, to, reason) = (transition.From.ToWireName(), transition.To.ToWireName(), transition.Reason.ToWireName());
        CircuitChanged(logger, level, component, from, to, reason, transition.Sequence);
    }

    public static void HealthChanged(ILogger logger, string component, HealthChange change)
    {
        var level = change.To == HealthStatus.Unhealthy ? LogLevel.Warning : LogLevel.Information;
        var (from, to) = (change.From.ToWireName(), change.To.ToWireName());
        HealthChanged(logger, level, component, from, to);
    }

    [LoggerMessage(1, LogLevel.Error, "{Component} crashed on {Message} and was restarted; its state is kept")]
    public static partial void Restarted(ILogger logger, Exception cause, string component, string message);

    [LoggerMessage(2, LogLevel.Warning, "A report for '{Component}' was refused ({Reason}); further ones for this reason are counted only")]
    public static partial void Refused(ILogger logger, string component, string reason);

    [LoggerMessage(EventId = 10, Message = "{Component} circuit {From} -> {To} ({Reason}) #{Sequence}")]
    private static partial void CircuitChanged(
        ILogger logger, LogLevel level, string component, string from, string to, string reason, long sequence);

    [LoggerMessage(EventId = 11, Message = "{Component} health {From} -> {To}")]
    private static partial void HealthChanged(ILogger logger, LogLevel level, string component, string from, string to);
}
