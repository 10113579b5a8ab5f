using Kairos.Components;

namespace Kairos.Tests.Health;

/// <summary>
/// Health once more, from the words of the design alone: what is shown is the worst that was judged within the hold, because it worsens at
/// once and improves only after it has held for so long. It has to be asked at every moment at which something can change.
/// </summary>
internal sealed class NaiveHealth(HealthPolicy policy)
{
    private readonly List<TimeSpan> _errors = [];
    private readonly List<(TimeSpan At, ComponentHealth Status)> _judged = [(TimeSpan.MinValue, ComponentHealth.Healthy)];
    private readonly Dictionary<string, (long Number, ComponentHealth Status)> _ailing = [];
    private ComponentHealth _reported = ComponentHealth.Healthy;
    private bool _workerIsDown;

    public void Hear(ComponentInput input, TimeSpan now)
    {
        if (input.Kind == ComponentInputKind.Error) _errors.Add(now);
        if (input.Kind == ComponentInputKind.Health) _reported = input.Status;
        if (input.Kind == ComponentInputKind.Worker) _workerIsDown = input.WorkerIsDown;
        if (input.Kind != ComponentInputKind.Child) return;
        if (_ailing.TryGetValue(input.Child!, out var known) && known.Number > input.Count) return; // a former child of that name
        _ailing.Remove(input.Child!);
        if (input.Status != ComponentHealth.Healthy) _ailing[input.Child!] = (input.Count, input.Status);
    }

    public ComponentHealth Shown(CircuitStatus circuit, TimeSpan now)
    {
        _judged.Add((now, Judge(circuit, now)));
        var holdBegan = now - policy.Hold;
        var last = _judged.FindLastIndex(judged => judged.At <= holdBegan);
        return _judged[last..].Min(judged => judged.Status);
    }

    private ComponentHealth Judge(CircuitStatus circuit, TimeSpan now)
    {
        var manyErrors = policy.DegradedRate > 0 && _errors.Count(at => now - at < TimeSpan.FromMinutes(1)) >= policy.DegradedRate;
        var degraded = manyErrors || _ailing.Count > 0;
        var worker = _workerIsDown ? ComponentHealth.Unhealthy : ComponentHealth.Healthy;
        ComponentHealth[] all = [(ComponentHealth)(int)circuit, _reported, worker, degraded ? ComponentHealth.Degraded : ComponentHealth.Healthy];
        return all.Min();
    }
}
