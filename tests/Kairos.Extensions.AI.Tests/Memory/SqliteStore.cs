using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.VectorData;

namespace Kairos.Extensions.AI.Tests.Memory;

/// <summary>A store of such collections in one real SQLite database.</summary>
internal sealed class SqliteStore(string file) : VectorStore
{
    public bool IsDisposed { get; private set; }

    public override VectorStoreCollection<TKey, TRecord> GetCollection<TKey, TRecord>(string name, VectorStoreCollectionDefinition? definition = null) =>
        (VectorStoreCollection<TKey, TRecord>)(object)new SqliteNotes(file, name);

    public override VectorStoreCollection<object, Dictionary<string, object?>> GetDynamicCollection(string name, VectorStoreCollectionDefinition definition) =>
        new Rows(new SqliteNotes(file, name));

    public override async IAsyncEnumerable<string> ListCollectionNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) yield return rows.GetString(0);
    }

    public override Task<bool> CollectionExistsAsync(string name, CancellationToken cancellationToken = default) =>
        new SqliteNotes(file, name).CollectionExistsAsync(cancellationToken);

    public override Task EnsureCollectionDeletedAsync(string name, CancellationToken cancellationToken = default) =>
        new SqliteNotes(file, name).EnsureCollectionDeletedAsync(cancellationToken);

    public override object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(SqliteStore) ? this : null;

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    /// <summary>The same rows without a type, and without a search by words.</summary>
    private sealed class Rows(SqliteNotes notes) : VectorStoreCollection<object, Dictionary<string, object?>>
    {
        public override string Name => notes.Name;

        public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => notes.CollectionExistsAsync(cancellationToken);

        public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => notes.EnsureCollectionExistsAsync(cancellationToken);

        public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) => notes.EnsureCollectionDeletedAsync(cancellationToken);

        public override async Task<Dictionary<string, object?>?> GetAsync(
            object key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
            await notes.GetAsync((string)key, options, cancellationToken) is { } note ? Row(note) : null;

        public override IAsyncEnumerable<Dictionary<string, object?>> GetAsync(
            Expression<Func<Dictionary<string, object?>, bool>> filter,
            int top,
            FilteredRecordRetrievalOptions<Dictionary<string, object?>>? options = null,
            CancellationToken cancellationToken = default) =>
            notes.GetAsync(_ => true, top, null, cancellationToken).Select(Row).Where(filter.Compile());

        public override IAsyncEnumerable<VectorSearchResult<Dictionary<string, object?>>> SearchAsync<TInput>(
            TInput searchValue, int top, VectorSearchOptions<Dictionary<string, object?>>? options = null, CancellationToken cancellationToken = default) =>
            notes.SearchAsync(searchValue, top, null, cancellationToken)
                .Select(found => new VectorSearchResult<Dictionary<string, object?>>(Row(found.Record), found.Score));

        public override Task UpsertAsync(Dictionary<string, object?> record, CancellationToken cancellationToken = default) =>
            notes.UpsertAsync(new Note((string)record["id"]!, (string)record["text"]!), cancellationToken);

        public override async Task UpsertAsync(IEnumerable<Dictionary<string, object?>> records, CancellationToken cancellationToken = default)
        {
            foreach (var record in records) await UpsertAsync(record, cancellationToken);
        }

        public override Task DeleteAsync(object key, CancellationToken cancellationToken = default) => notes.DeleteAsync((string)key, cancellationToken);

        public override object? GetService(Type serviceType, object? serviceKey = null) => null;

        private static Dictionary<string, object?> Row(Note note) => new() { ["id"] = note.Id, ["text"] = note.Text };
    }
}
