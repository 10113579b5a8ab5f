using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;

namespace Kairos.Components;

/// <summary>
/// Calls the logger, which is somebody else's code and may take its time or throw: so it holds up neither what decides and counts nor a caller
/// who has lent its thread.
/// </summary>
internal sealed class LogActor : UntypedActor
{
    /// <summary>The actor's name, beneath the metrics actor.</summary>
    public const string Name = "log";

    private readonly ILogger _logger;
    private bool _hasFailed;

    public static Props Props(ILogger logger) => Akka.Actor.Props.Create(() => new LogActor(logger)).WithDispatcher(KairosSupervisor.Dispatcher);

    public LogActor(ILogger logger) => _logger = logger;

    protected override void OnReceive(object message)
    {
        if (message is Line line) Write(line);
        else Unhandled(message);
    }

    private void Write(Line line)
    {
        try
        {
            line.WriteTo(_logger);
        }
        catch (Exception exception)
        {
            if (!_hasFailed) Context.GetLogger().Error(exception, "The logger failed; lines are missing from it. Further failures are not logged.");
            _hasFailed = true;
        }
    }

    /// <summary>Something to be logged. Immutable.</summary>
    internal abstract record Line
    {
        public abstract void WriteTo(ILogger logger);
    }

    /// <param name="What">What it is about.</param>
    /// <param name="Write">Writes it.</param>
    internal sealed record Line<T>(T What, Action<ILogger, T> Write) : Line
    {
        public override void WriteTo(ILogger logger) => Write(logger, What);
    }
}
