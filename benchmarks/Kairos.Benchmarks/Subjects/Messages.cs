using Akka.Actor;
using Kairos.Actors;
using Kairos.Benchmarks.Measuring;
using Kairos.State;

namespace Kairos.Benchmarks.Subjects;

/// <summary>Reports as fast as one thread can tell them; done when the last one is counted.</summary>
internal sealed class Reporting(IKairos kairos) : ISubject
{
    private static readonly KairosError Overloaded = new(ErrorCode.LlmError, "overloaded");
    private readonly ComponentGuard _llm = kairos["llm"];

    public async Task RunAsync(int calls)
    {
        var before = _llm.Snapshot!.Errors;
        _llm.ReportSuccess(); // no streak gets long enough to open the circuit
        for (var i = 0; i < calls; i++) _llm.ReportError(Overloaded);
        await kairos.DrainAsync();
        if (_llm.Snapshot!.Errors - before != calls) throw new InvalidOperationException("Reports were lost.");
    }
}

/// <summary>
/// The least that any actor could make of the same reports: taken from the same mailbox on the same threads, dated by the clock, published as an
/// event; nothing is decided, and nothing counted but their number. Done when the last one is.
/// </summary>
internal sealed class Publishing(ActorSystem actors) : ISubject
{
    private static readonly ComponentProtocol.ReportError Overloaded = new("llm", new KairosError(ErrorCode.LlmError, "overloaded"));
    private readonly IActorRef _publisher = actors.ActorOf(
        Props.Create(() => new Publisher()).WithDispatcher(KairosSupervisor.Dispatcher));

    public async Task RunAsync(int calls)
    {
        var before = await _publisher.Ask<long>(HowMany.Instance);
        for (var i = 0; i < calls; i++) _publisher.Tell(Overloaded with { }, ActorRefs.NoSender);
        if (await _publisher.Ask<long>(HowMany.Instance) - before != calls) throw new InvalidOperationException("Messages were lost.");
    }

    private sealed class Publisher : UntypedActor
    {
        private readonly MonotonicClock _clock = new(TimeProvider.System);
        private long _count;
        private TimeSpan _at;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case ComponentProtocol.ReportError m:
                    _at = _clock.Now;
                    _count++;
                    Context.System.EventStream.Publish(new ComponentEvents.ErrorRecorded(m.Component, m.Error, m.Trace));
                    break;
                case HowMany:
                    Sender.Tell(_at >= TimeSpan.Zero ? _count : -1);
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }
    }
}

/// <summary>Asks an actor how many messages it has had.</summary>
internal sealed record HowMany
{
    public static readonly HowMany Instance = new();
}

/// <summary>Messages to an actor that counts them, and does nothing else; done when the last one is counted.</summary>
internal sealed class Telling(ActorSystem actors) : ISubject
{
    private readonly IActorRef _counter = actors.ActorOf(Props.Create(() => new Counter()));

    public async Task RunAsync(int calls)
    {
        var before = await _counter.Ask<long>(HowMany.Instance);
        for (var i = 0; i < calls; i++) _counter.Tell(new Note(i), ActorRefs.NoSender);
        if (await _counter.Ask<long>(HowMany.Instance) - before != calls) throw new InvalidOperationException("Messages were lost.");
    }

    private sealed record Note(int Number);

    private sealed class Counter : UntypedActor
    {
        private long _count;

        protected override void OnReceive(object message)
        {
            if (message is Note) _count++;
            else if (message is HowMany) Sender.Tell(_count);
            else Unhandled(message);
        }
    }
}
