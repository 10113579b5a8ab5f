using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;

namespace Kairos.Actors;

/// <summary>
/// Calls the logger, which is somebody else's code and may hang or throw: so it runs on the application's threads, and holds up neither what
/// decides and counts nor a caller who has lent its thread. How much waits for it is bounded: <see cref="KairosRuntime.Log"/>.
/// </summary>
internal sealed class LogActor : UntypedActor
{
    /// <summary>The actor's name.</summary>
    public const string Name = "log";

    private readonly KairosRuntime _runtime;
    private bool _hasFailed;

    public static Props Props(KairosRuntime runtime) => Akka.Actor.Props.Create(() => new LogActor(runtime));

    public LogActor(KairosRuntime runtime) => _runtime = runtime;

    protected override void PreStart() => _runtime.LinesAreLost();

    protected override void PostRestart(Exception reason)
    {
        // its mailbox is still there, and the lines in it
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Line line:
                Write(line);
                var dropped = _runtime.LineWasWritten();
                if (dropped > 0) Write(new Line<long>(dropped, KairosLog.LinesDropped));
                break;
            case ComponentProtocol.DrainBarrier:
                Sender.Tell(message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Write(Line line)
    {
        try
        {
            line.WriteTo(_runtime.Logger);
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

    internal sealed record Line<T>(T What, Action<ILogger, T> Write) : Line
    {
        public override void WriteTo(ILogger logger) => Write(logger, What);
    }
}
