using Microsoft.Extensions.Time.Testing;
using Microsoft.Extensions.VectorData;

namespace Kairos.Extensions.AI.Tests.Memory;

/// <summary>A whole vector store in a real SQLite database under one guard.</summary>
public sealed class VectorStoreSpecs : IAsyncLifetime, IDisposable
{
    private const string Component = "memory";
    private static readonly VectorStoreCollectionDefinition Definition = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kairos-store-");
    private readonly SqliteStore _inner;
    private AgentSystem _system = null!;
    private VectorStore _store = null!;

    public VectorStoreSpecs() => _inner = new SqliteStore(Path.Combine(_folder.FullName, "store.db"));

    public async Task InitializeAsync()
    {
        _system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, Component);
        _store = _inner.WithKairos(_system.Kairos);
    }

    public void Dispose() => _inner.Dispose();

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Everything_goes_through_while_the_store_is_well()
    {
        var notes = _store.GetCollection<string, Note>("notes");
        var rows = _store.GetDynamicCollection("things", Definition);
        await notes.EnsureCollectionExistsAsync();
        await rows.EnsureCollectionExistsAsync();
        await notes.UpsertAsync(new Note("a", "green tea"));
        await rows.UpsertAsync(new Dictionary<string, object?> { ["id"] = "b", ["text"] = "black tea" });

        Assert.Equal("green tea", (await notes.GetAsync("a"))!.Text);
        Assert.Equal("black tea", (await rows.GetAsync("b"))!["text"]);
        Assert.Equal("black tea", Assert.Single(await rows.SearchAsync("tea", 3).ToListAsync()).Record["text"]);
        Assert.Equal(["notes", "things"], await _store.ListCollectionNamesAsync().ToListAsync());
        Assert.True(await _store.CollectionExistsAsync("things"));
        await _store.EnsureCollectionDeletedAsync("things");
        Assert.False(await _store.CollectionExistsAsync("things"));

        Assert.Equal((_inner, Component), (_store.GetService(typeof(SqliteStore)), ((ComponentGuard)_store.GetService(typeof(ComponentGuard))!).Component));
        Assert.Same(_store, _store.GetService(typeof(VectorStore)));
        Assert.Empty(await _system.ErrorsAsync(Component));
        _store.Dispose();
        Assert.True(_inner.IsDisposed);
    }

    [Fact]
    public async Task What_breaks_one_collection_shuts_all_of_them_since_the_store_is_one()
    {
        var notes = _store.GetCollection<string, Note>("notes");
        var rows = _store.GetDynamicCollection("things", Definition);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "store.db"), new string('x', 4096));
        using var watch = MemoryDegradationScope.Begin();

        Assert.Null(await notes.GetAsync("a"));
        Assert.Empty(await rows.SearchAsync("tea", 3).ToListAsync());

        Assert.Equal([false, true], watch.Degraded.Select(degraded => degraded.Cause is CallRejectedException)); // the second was not called
        Assert.Equal(Verdict.Trip, Assert.Single(await _system.ErrorsAsync(Component)).Verdict);
    }

    [Fact]
    public async Task Open_means_nothing_found_but_nothing_is_said_of_what_exists()
    {
        await OpenAsync();
        using var watch = MemoryDegradationScope.Begin();

        Assert.Empty(await _store.GetCollection<string, Note>("notes").SearchAsync("tea", 3).ToListAsync());
        Assert.Single(watch.Degraded);
        await Assert.ThrowsAsync<CircuitOpenException>(async () => await _store.ListCollectionNamesAsync().ToListAsync());
        await Assert.ThrowsAsync<CircuitOpenException>(() => _store.CollectionExistsAsync("notes"));
        await Assert.ThrowsAsync<CircuitOpenException>(() => _store.EnsureCollectionDeletedAsync("notes"));
        Assert.Single(watch.Degraded);
    }

    [Fact]
    public async Task A_search_by_words_as_well_is_guarded_where_there_is_one()
    {
        var notes = _store.GetCollection<string, Note>("notes");
        await notes.EnsureCollectionExistsAsync();
        await notes.UpsertAsync([new Note("a", "green tea"), new Note("b", "black tea")]);
        var hybrid = Assert.IsAssignableFrom<IKeywordHybridSearchable<Note>>(notes);

        Assert.Equal("b", Assert.Single(await hybrid.HybridSearchAsync("tea", ["black"], 3).ToListAsync()).Record.Id);
        Assert.Same(notes, notes.GetService(typeof(IKeywordHybridSearchable<Note>))); // no way around the guard
        Assert.IsNotAssignableFrom<IKeywordHybridSearchable<Dictionary<string, object?>>>(_store.GetDynamicCollection("things", Definition));
        await OpenAsync();
        using var watch = MemoryDegradationScope.Begin();
        Assert.Empty(await hybrid.HybridSearchAsync("tea", ["black"], 3).ToListAsync());
        Assert.Equal("search", Assert.Single(watch.Degraded).Operation);
    }

    private async Task OpenAsync()
    {
        _system.Kairos[Component].Isolate();
        await _system.SettleAsync();
    }
}
