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
}
