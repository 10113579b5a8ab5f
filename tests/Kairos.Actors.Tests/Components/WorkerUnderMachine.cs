using Kairos.Components;

namespace Kairos.Tests.Components;

/// <summary>A worker's machine with its policy and its clock, driven by hand. What is to be done is told as text.</summary>
internal sealed class WorkerUnderMachine(WorkerPolicy policy)
{
    private WorkerState _state = WorkerState.Initial(TimeSpan.Zero);

    public WorkerState State => _state;

    public TimeSpan Now { get; private set; }

    public WorkerUnderMachine At(double seconds)
    {
        Now = TimeSpan.FromSeconds(seconds);
        return this;
    }

    public WorkerUnderMachine In(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return this;
    }

    /// <summary>Starts one, and lets it be ready.</summary>
    public void Up()
    {
        Assert.Contains("start", Tick());
        Assert.Contains("up", Ready());
    }

    public List<string> Tick() => Apply(new(WorkerInputKind.Tick));

    public List<string> Ask(string message) => Apply(WorkerInput.Of(new WorkerAsk(message, "somebody")));

    public List<string> Ready(long? number = null) => Apply(WorkerInput.Ready(number ?? _state.Number));

    public List<string> Crash() => Apply(new(WorkerInputKind.Crash));

    public List<string> NoStart() => Apply(new(WorkerInputKind.NoStart));

    public List<string> Stopped() => Apply(new(WorkerInputKind.Stopped));

    public List<string> Gone() => Apply(new(WorkerInputKind.Gone));

    public List<string> Apply(WorkerInput input) => [.. WorkerMachine.Advance(policy, ref _state, input, Now).Select(step => step.Kind switch
    {
        WorkerStepKind.Start => "start",
        WorkerStepKind.Give => $"give {step.Ask.Message}",
        WorkerStepKind.Refuse => $"refuse {step.Ask.Message}: {step.Why}",
        WorkerStepKind.TellUp => "up",
        _ => "down",
    })];
}
