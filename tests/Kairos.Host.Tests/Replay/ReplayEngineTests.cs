using System.Globalization;
using Kairos.Components;
using Kairos.Host.Replay;
using Kairos.Host.Tests.Configuration;
using static Kairos.ComponentProtocol;

namespace Kairos.Host.Tests.Replay;

public sealed class ReplayEngineTests
{
    private readonly List<string> _changes = [];

    [Fact]
    public void A_change_carries_the_moment_of_its_deadline_not_that_of_the_next_line()
    {
        var engine = Start("kairos.defaults.breaker { consecutive-failures = 1, open-duration = 7s, success-threshold = 1 }");
        engine.AdvanceTo(TimeSpan.FromSeconds(2));
        engine.Tell(Failure("llm"));

        engine.AdvanceTo(TimeSpan.FromMinutes(5));
        engine.Tell(new ReportSuccess("llm"));

        Assert.Equal(
            [
                "2 llm closed->open failures", "2 llm Healthy->Unhealthy", "9 llm open->half-open deadline", "19 llm Unhealthy->Degraded",
                "300 llm half-open->closed successes",
            ],
            _changes);
        Assert.Equal(TimeSpan.FromMinutes(5), engine.Now);
    }

    [Fact]
    public void Deadlines_of_several_components_come_in_the_order_of_time()
    {
        var engine = Start(
            """
            kairos {
              defaults.breaker.consecutive-failures = 1
              components { a.breaker.open-duration = 30s, b.breaker.open-duration = 10s, c.breaker.open-duration = 20s }
            }
            """);
        foreach (var name in new[] { "a", "b", "c" }) engine.Tell(Failure(name));
        _changes.Clear();

        engine.AdvanceTo(TimeSpan.FromSeconds(30));

        Assert.Equal(
            [
                "10 b open->half-open deadline", "20 b Unhealthy->Degraded", "20 c open->half-open deadline", "30 a open->half-open deadline",
                "30 c Unhealthy->Degraded",
            ],
            _changes);
    }

    [Fact]
    public void An_ailing_child_degrades_its_parent()
    {
        var engine = Start("");

        engine.Tell(new ReportHealth("tools/search", ComponentHealth.Unhealthy));
        engine.Tell(new Reset("tools/search"));
        engine.Tell(new ReportHealth("tools/search", ComponentHealth.Healthy));
        engine.AdvanceTo(TimeSpan.FromMinutes(1));

        Assert.Equal(["tools", "tools/search"], engine.Components.Select(component => component.Name));
        Assert.Equal(
            ["0 tools/search Healthy->Unhealthy", "0 tools Healthy->Degraded", "10 tools/search Unhealthy->Healthy", "20 tools Degraded->Healthy"],
            _changes.Where(change => change.Contains('>', StringComparison.Ordinal) && !change.Contains("open", StringComparison.Ordinal)));
    }

    [Fact]
    public void Time_does_not_run_backwards()
    {
        var engine = Start("");
        engine.AdvanceTo(TimeSpan.FromSeconds(5));

        engine.AdvanceTo(TimeSpan.FromSeconds(3));

        Assert.Equal(TimeSpan.FromSeconds(5), engine.Now);
    }

    [Fact]
    public void Even_with_jitter_the_same_reports_give_the_same_changes()
    {
        List<string> Play()
        {
            _changes.Clear();
            var engine = Start("kairos.defaults.breaker { consecutive-failures = 1, open-jitter = 0.5 }");
            foreach (var name in new[] { "llm", "memory" }) engine.Tell(Failure(name));
            engine.AdvanceTo(TimeSpan.FromMinutes(2));
            return [.. _changes];
        }

        var first = Play();

        Assert.Equal(first, Play());
        Assert.DoesNotContain("30 llm open->half-open deadline", first);
        Assert.Equal(2, first.Where(change => change.EndsWith("deadline", StringComparison.Ordinal)).Select(change => change.Split(' ')[0]).Distinct().Count());
    }

    private static ReportError Failure(string component) => new(component, new KairosError(ErrorCode.LlmError, "") { Recoverable = true });

    private ReplayEngine Start(string hocon) => new(Loading.Load(hocon).Kairos, change => _changes.Add(Describe(change)));

    private static string Describe(ReplayedChange change) =>
        string.Create(CultureInfo.InvariantCulture, $"{change.At.TotalSeconds} {change.Component} {Describe(change.Change)}");

    private static string Describe(ComponentChange change) => change.Circuit is { } circuit
        ? $"{circuit.From.ToWireName()}->{circuit.To.ToWireName()} {circuit.Reason.ToWireName()}"
        : $"{change.Health!.From}->{change.Health.To}";
}
