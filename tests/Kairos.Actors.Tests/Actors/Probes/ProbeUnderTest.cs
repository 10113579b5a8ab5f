using Akka.Actor;
using Kairos.Actors;
using Kairos.Tests.Calls;

namespace Kairos.Tests.Actors.Probes;

/// <summary>A health probe of <c>llm</c> that a test has in its hands.</summary>
internal sealed class ProbeUnderTest(Func<CancellationToken, ValueTask<ProbeResult>> check) : IHealthProbe
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _checks;
    private int _running;

    public ObservedTimeProvider Time { get; init; } = new();

    public int Checks => _checks;

    /// <summary>How many checks ran at once at most.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>The first check has begun.</summary>
    public Task Begun => _begun.Task;

    /// <summary>The token of the last check.</summary>
    public CancellationToken Token { get; private set; }

    public Task<GuardedSystem> StartAsync(TimeSpan? interval = null, TimeSpan? limit = null) => GuardedSystem.StartAsync(
        Time,
        c => c with { Health = c.Health with { Hold = TimeSpan.Zero, ProbeInterval = interval ?? Interval, ProbeTimeout = limit ?? Limit } },
        options => options.Probe("llm", this));

    public async ValueTask<ProbeResult> CheckAsync(CancellationToken cancellationToken)
    {
        Token = cancellationToken;
        Interlocked.Increment(ref _checks);
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        _begun.TrySetResult();
        try
        {
            return await check(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>The next wait that the probe's actor has set its timer to.</summary>
    public Task<TimeSpan> NextWaitAsync() => Time.NextAsync(HealthProbeActor.Name);

    /// <summary>Lets the interval pass; the check has its time limit when this ends.</summary>
    public async Task NextCheckAsync(bool isFirst = true)
    {
        if (isFirst) Assert.Equal(Interval, await NextWaitAsync());
        Time.Advance(Interval);
        Assert.Equal(Limit, await NextWaitAsync());
    }

    /// <summary>The verdict has been told, and the next interval begun.</summary>
    public async Task ConcludedAsync()
    {
        var wait = await NextWaitAsync();
        if (wait == Limit) wait = await NextWaitAsync(); // a tick too many sets the check's limit once more, which does no harm
        Assert.Equal(Interval, wait);
    }

    /// <summary>The probe's actor.</summary>
    public static Task<IActorRef> ActorOf(GuardedSystem system) =>
        system.Actors.ActorSelection("/user/kairos/llm*/_probe").ResolveOne(TimeSpan.FromSeconds(30));
}

/// <summary>A check that answers when the test says so, and heeds no token.</summary>
internal sealed class DeafCheck
{
    private readonly TaskCompletionSource<ProbeResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DeafCheck() => Probe = new ProbeUnderTest(_ => new ValueTask<ProbeResult>(_answer.Task));

    public ProbeUnderTest Probe { get; }

    public void Answer(ProbeResult report) => _answer.SetResult(report);
}
