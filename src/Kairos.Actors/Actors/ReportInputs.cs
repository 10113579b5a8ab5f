using Kairos.CircuitBreaker;
using Kairos.Components;
using static Kairos.ComponentProtocol;

namespace Kairos.Actors;

/// <summary>What a report or a command means to the <see cref="ComponentMachine"/>; the same for the actor and for the replay of a journal.</summary>
internal static class ReportInputs
{
    /// <summary>The input that an error stands for.</summary>
    public static ComponentInput From(ReportError report) => ComponentInput.OfError(report.Error, CallTicket.Report, report.Duration);

    /// <summary>The input that a message stands for.</summary>
    /// <exception cref="ArgumentException">It is not one of those that a journal can hold.</exception>
    public static ComponentInput From(IComponentMessage message) => message switch
    {
        ReportError m => From(m),
        ReportSuccess m => ComponentInput.Of(BreakerInput.Success(CallTicket.Report, m.Duration)),
        ReportRecovery m => ComponentInput.OfRecovery(m.Kind, m.Count),
        ReportHealth m => ComponentInput.OfVerdict(m.Status),
        Isolate => ComponentInput.Of(BreakerInput.Isolate),
        Reset => ComponentInput.Of(BreakerInput.Reset),
        _ => throw new ArgumentException($"{message.GetType().Name} is not a report", nameof(message)),
    };
}
