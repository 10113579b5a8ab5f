using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Kairos.Hosting;

/// <summary>Writes to the actor system's log, for applications without <c>Microsoft.Extensions.Logging</c>. Thread-safe.</summary>
internal sealed class AkkaLogger(ILoggingAdapter log) : ILogger
{
    /// <summary>The log of the actor system that a Kairos runs in.</summary>
    public static ILogger Of(IKairos kairos) =>
        kairos.Supervisor is ActorRefWithCell supervisor ? new AkkaLogger(Logging.GetLogger(supervisor.Underlying.System, "Kairos")) : NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && log.IsEnabled(Translate(logLevel));

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) log.Log(Translate(logLevel), exception, "{0}", formatter(state, exception));
    }

    private static Akka.Event.LogLevel Translate(LogLevel level) => level switch
    {
        >= LogLevel.Error => Akka.Event.LogLevel.ErrorLevel,
        LogLevel.Warning => Akka.Event.LogLevel.WarningLevel,
        LogLevel.Information => Akka.Event.LogLevel.InfoLevel,
        _ => Akka.Event.LogLevel.DebugLevel,
    };
}
