using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Extensions.VectorData;

namespace Kairos.Extensions.AI.Tests.Memory;

/// <summary>Memories in real SQLite databases under a guard.</summary>
public sealed class MemoryGuardSpecs : IAsyncLifetime, IDisposable
{
    private const string Component = "memory";
    private static readonly MemoryGuardOptions Errors = new() { WhenUnavailable = UnavailableMemory.Error };
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kairos-memory-");
    private readonly List<MemoryDegraded> _degraded = [];
    private readonly SqliteNotes _notes;
    private AgentSystem _system = null!;

    public MemoryGuardSpecs() => _notes = new SqliteNotes(File);

    private string File => Path.Combine(_folder.FullName, "notes.db");

    public async Task InitializeAsync()
    {
        _system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, Component);
        await _notes.EnsureCollectionExistsAsync();
        foreach (var id in new[] { "a", "b", "c" }) await _notes.UpsertAsync(new Note(id, $"text {id}"));
    }

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public void Dispose() => _notes.Dispose();

    [Fact]
    public async Task Everything_goes_through_while_the_store_is_well()
    {
        using var watch = MemoryDegradationScope.Begin();
        var notes = Guard();

        Assert.True(await notes.CollectionExistsAsync());
        await notes.UpsertAsync(new Note("d", "text d"));
        await notes.UpsertAsync([new Note("e", "other"), new Note("f", "other")]);
        await notes.DeleteAsync("e");
        await notes.DeleteAsync(["f"]);
        Assert.Equal("text a", (await notes.GetAsync("a"))!.Text);
        Assert.Null(await notes.GetAsync("nothing"));
        Assert.Equal(["a", "b"], (await notes.GetAsync(["a", "b"]).ToListAsync()).Select(note => note.Id));
        Assert.Equal(["a", "b", "c", "d"], (await notes.GetAsync(_ => true, 9).ToListAsync()).Select(note => note.Id));
        Assert.Equal(["d"], (await notes.SearchAsync("text d", 3).ToListAsync()).Select(found => found.Record.Id));
        await notes.EnsureCollectionDeletedAsync();
        Assert.False(await notes.CollectionExistsAsync());
        await notes.EnsureCollectionExistsAsync();

        Assert.Equal(("notes", _notes), (notes.Name, notes.GetService(typeof(SqliteNotes))));
        Assert.False(watch.IsDegraded);
        Assert.Empty(await _system.ErrorsAsync(Component));
        notes.Dispose();
        Assert.True(_notes.IsDisposed);
    }

    [Fact]
    public async Task Open_means_nothing_found_and_a_signal_and_the_store_is_left_alone()
    {
        await OpenAsync();
        var calls = _notes.Calls;
        using var watch = MemoryDegradationScope.Begin();
        var notes = Guard();

        Assert.Null(await notes.GetAsync("a"));
        Assert.Empty(await notes.GetAsync(["a"]).ToListAsync());
        Assert.Empty(await notes.GetAsync(_ => true, 9).ToListAsync());
        Assert.Empty(await notes.SearchAsync("text", 3).ToListAsync());

        Assert.Equal(calls, _notes.Calls);
        Assert.Equal(["get", "get", "get", "search"], watch.Degraded.Select(degraded => degraded.Operation));
        Assert.Equal(watch.Degraded, _degraded);
        Assert.Empty(await _system.RecoveriesAsync());
    }

    [Fact]
    public async Task Or_an_error_where_that_is_asked_for()
    {
        await OpenAsync();
        using var watch = MemoryDegradationScope.Begin();
        var notes = Guard(Errors);

        await Assert.ThrowsAsync<CircuitOpenException>(() => notes.GetAsync("a"));
        await Assert.ThrowsAsync<CircuitOpenException>(async () => await notes.SearchAsync("text", 3).ToListAsync());
        await Assert.ThrowsAsync<CircuitOpenException>(() => ((IAgentMemory)_notes).WithKairos(_system.Kairos, options: Errors).SearchAsync("text", 3));

        Assert.False(watch.IsDegraded);
    }

    [Fact]
    public async Task What_writes_throws_either_way()
    {
        await OpenAsync();
        var notes = Guard();
        var memory = ((IAgentMemory)_notes).WithKairos(_system.Kairos);

        await Assert.ThrowsAsync<CircuitOpenException>(() => notes.UpsertAsync(new Note("x", "x")));
        await Assert.ThrowsAsync<CircuitOpenException>(() => notes.UpsertAsync([new Note("x", "x")]));
        await Assert.ThrowsAsync<CircuitOpenException>(() => notes.DeleteAsync("a"));
        await Assert.ThrowsAsync<CircuitOpenException>(() => notes.DeleteAsync(["a"]));
        await Assert.ThrowsAsync<CircuitOpenException>(() => notes.EnsureCollectionExistsAsync());
        await Assert.ThrowsAsync<CircuitOpenException>(() => notes.EnsureCollectionDeletedAsync());
        await Assert.ThrowsAsync<CircuitOpenException>(() => notes.CollectionExistsAsync());
        await Assert.ThrowsAsync<CircuitOpenException>(() => memory.StoreAsync(new MemoryItem("x", "x")));
        Assert.Empty(_degraded);
    }

    [Fact]
    public async Task A_memory_of_ones_own_says_of_its_findings_that_they_are_degraded()
    {
        var memory = ((IAgentMemory)_notes).WithKairos(_system.Kairos);
        await memory.StoreAsync(new MemoryItem("z", "last"));
        var found = await memory.SearchAsync("last", 3);
        await OpenAsync();
        var lost = await memory.SearchAsync("last", 3);

        Assert.Equal((new MemoryItem("z", "last"), false), (Assert.Single(found.Items), found.IsDegraded));
        Assert.Equal((0, true), (lost.Items.Count, lost.IsDegraded));
    }

    [Fact]
    public async Task A_reading_that_breaks_midway_gives_what_there_was_and_the_signal()
    {
        _notes.BreaksAfter = 2;
        using var watch = MemoryDegradationScope.Begin();

        var found = await Guard().SearchAsync("text", 3).ToListAsync();

        Assert.Equal(["a", "b"], found.Select(one => one.Record.Id));
        Assert.IsType<SqliteException>(Assert.Single(watch.Degraded).Cause);
        var error = Assert.Single(await _system.ErrorsAsync(Component));
        Assert.Equal((ErrorCode.MemoryError, false, Verdict.Trip), (error.Code, error.Recoverable, error.Verdict));
        await Assert.ThrowsAsync<CircuitOpenException>(async () => await Guard(Errors).SearchAsync("text", 3).ToListAsync());
    }

    [Fact]
    public async Task An_error_is_judged_once()
    {
        var judged = 0;
        _notes.BreaksAfter = 2;
        var changing = ErrorClassifier.Default.WithRule((exception, in _) =>
            new KairosError(ErrorCode.MemoryError, "no") { Verdict = Interlocked.Increment(ref judged) == 1 ? Verdict.Count : Verdict.Ignore });

        var found = await Guard(new MemoryGuardOptions { Classifier = changing }).SearchAsync("text", 3).ToListAsync();

        Assert.Equal((2, 1), (found.Count, judged));
    }

    [Fact]
    public async Task A_busy_database_is_transient_and_a_broken_one_opens_the_circuit()
    {
        await using (var other = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            await other.OpenAsync();
            await using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN EXCLUSIVE";
            await begin.ExecuteNonQueryAsync();
            Assert.Null(await Guard().GetAsync("a"));
        }

        Assert.Equal(CircuitStatus.Closed, _system.Snapshot(Component).Circuit);
        await System.IO.File.WriteAllTextAsync(File, new string('x', 4096));
        Assert.Null(await Guard().GetAsync("a"));

        var errors = await _system.ErrorsAsync(Component);
        Assert.Equal(
            [(ErrorCode.MemoryError, true, Verdict.Count), (ErrorCode.MemoryError, false, Verdict.Trip)],
            errors.Select(error => (error.Code, error.Recoverable, error.Verdict)));
        Assert.Equal(CircuitStatus.Open, _system.Snapshot(Component).Circuit);
    }

    [Fact]
    public async Task What_the_caller_got_wrong_is_an_exception_and_no_degradation()
    {
        using var watch = MemoryDegradationScope.Begin();
        await _notes.EnsureCollectionDeletedAsync();

        await Assert.ThrowsAsync<SqliteException>(() => Guard().GetAsync("a"));
        await Assert.ThrowsAsync<SqliteException>(async () => await Guard().SearchAsync("text", 3).ToListAsync());

        Assert.False(watch.IsDegraded);
        Assert.All(await _system.ErrorsAsync(Component), error => Assert.Equal((ErrorCode.InvalidInput, Verdict.Ignore), (error.Code, error.Verdict)));
        Assert.Equal(CircuitStatus.Closed, _system.Snapshot(Component).Circuit);
    }

    [Fact]
    public async Task Watches_inside_watches_both_see_and_a_span_is_marked()
    {
        using var span = new Activity("turn").Start();
        using var outer = MemoryDegradationScope.Begin();
        await OpenAsync();
        using (var inner = MemoryDegradationScope.Begin())
        {
            await Guard().GetAsync("a");
            Assert.Single(inner.Degraded);
        }

        await Guard().GetAsync("a");

        Assert.Equal(2, outer.Degraded.Count);
        Assert.Equal(true, span.GetTagItem("kairos.degraded"));
    }

    private async Task OpenAsync()
    {
        _system.Kairos[Component].Isolate();
        await _system.SettleAsync();
    }

    private VectorStoreCollection<string, Note> Guard(MemoryGuardOptions? options = null) =>
        _notes.WithKairos<string, Note>(_system.Kairos, options: options ?? new MemoryGuardOptions { OnDegraded = _degraded.Add });
}
