using Kairos.Tests.Calls;

namespace Kairos.Extensions.AI.Tests.Memory;

/// <summary>What of a guarded memory is repeated.</summary>
public sealed class MemoryRetrySpecs : IAsyncLifetime
{
    private readonly ObservedTimeProvider _time = new();
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(_time, AgentSystem.Retries, "memory");

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task A_reading_is_repeated_and_its_errors_recover()
    {
        var memory = new Flaky(1).WithKairos(_system.Kairos);

        var searching = memory.SearchAsync("it", 1);
        _time.Advance(await _time.NextDelayAsync());

        Assert.False((await searching.Soon()).IsDegraded);
        Assert.Equal([("memory", ErrorCode.MemoryError, 1L)], await _system.RecoveriesAsync());
    }

    [Fact]
    public async Task One_that_ends_degraded_recovers_nothing()
    {
        var memory = new Flaky(3).WithKairos(_system.Kairos);
        _system.Kairos["memory"].Reconfigure(_system.Snapshot("memory").Settings with { Breaker = new() { ConsecutiveFailures = 0 } });
        await _system.SettleAsync();

        var searching = memory.SearchAsync("it", 1);
        for (var i = 0; i < 2; i++) _time.Advance(await _time.NextDelayAsync());

        Assert.True((await searching.Soon()).IsDegraded);
        Assert.Empty(await _system.RecoveriesAsync());
        Assert.Equal(3, (await _system.ErrorsAsync("memory")).Count);
    }

    private sealed class Flaky(int failures) : IAgentMemory
    {
        private int _calls;

        public Task<MemoryFindings> SearchAsync(string query, int top, CancellationToken cancellationToken = default) =>
            ++_calls <= failures ? throw new IOException("broken") : Task.FromResult(new MemoryFindings([]));

        public Task StoreAsync(MemoryItem item, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
