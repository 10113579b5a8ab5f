using System.Text.Json;
using Kairos.Tests.Calls;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.State;

/// <summary>A snapshot as people read it.</summary>
public sealed class SnapshotTextSpecs
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 15, 17, 50, 0, TimeSpan.Zero));

    [Fact]
    public async Task It_prints_as_a_sentence()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        Assert.Equal(
            "'llm' is healthy, its circuit closed (initial) since 2026-01-15 17:50:00Z: 0 errors, 0 recovered, 0 in the last minute.", system.Llm.Snapshot!.ToString());

        await system.Llm.FailAsync(2);
        Assert.Equal(
            "'llm' is unhealthy, its circuit open (failures) since 2026-01-15 17:50:00Z until 2026-01-15 17:50:30Z: 2 errors, 0 recovered, 2 in the last minute.",
            system.Llm.Snapshot!.ToString());

        system.Llm.Isolate();
        Assert.Contains(" until it is reset: ", (await system.SettleAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_written_as_readable_JSON_and_not_read_back()
    {
        await using var system = await GuardedSystem.StartAsync(_time);
        await system.Llm.FailAsync(2);

        var json = JsonSerializer.Serialize(system.Llm.Snapshot);
        var number = system.Llm.Snapshot!.Number;

        Assert.Equal(
            $$"""{"component":"llm","number":{{number}},"circuit":"open","reason":"failures","sequence":1,"since":"2026-01-15T17:50:00+00:00","openUntil":"2026-01-15T17:50:30+00:00","isolated":false,"health":"unhealthy","consecutiveFailures":0,"errors":2,"recovered":0,"errorsPerMinute":2}""",
            json);
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize<ComponentSnapshot>(json));
    }

    [Fact]
    public async Task It_tells_what_limits_are_doing_as_of_now()
    {
        var time = new FakeTimeProvider();
        await using var system = await GuardedSystem.StartAsync(time, c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = 0 },
            Call = c.Call with { MaxConcurrent = 3, Rate = new RatePolicy { Requests = 60, MaxWait = TimeSpan.FromMinutes(1) } },
        });
        var snapshot = system.Llm.Snapshot!;
        Assert.Equal(default, snapshot.Limits); // no call was made yet
        Assert.Equal(default, system.Kairos["memory"].Snapshot?.Limits ?? default);
        await system.Llm.FailAsync(new KairosError(ErrorCode.RateLimit, "too many"));
        time.Advance(TimeSpan.FromMinutes(1));

        var (held, ends) = await HeldCall.BeginAsync(system.Llm);
        var waiting = system.Llm.SucceedAsync().AsTask();

        Assert.Equal((2, 1, 3), (snapshot.Limits.Active, snapshot.Limits.Queued, snapshot.Limits.MaxConcurrent));
        Assert.Equal(0.96, snapshot.Limits.Pace!.Value, 6);
        Assert.EndsWith("in the last minute, 1 waiting for a limit.", snapshot.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("\"active\":2,\"queued\":1,\"maxConcurrent\":3,\"pace\":0.96}", JsonSerializer.Serialize(snapshot), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(2));
        held.Succeed();
        await ends.Soon();
        await waiting.Soon();
        Assert.Equal((0, 0), (snapshot.Limits.Active, snapshot.Limits.Queued));
    }
}
