using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.VectorData;

namespace Kairos.Extensions.AI.Tests.Memory;

internal sealed record Note(string Id, string Text);

/// <summary>A collection in a real SQLite database, whose failures are SQLite's own. A search compares texts: vectors are not its point.</summary>
internal sealed class SqliteNotes(string file, string name = "notes") : VectorStoreCollection<string, Note>, IKeywordHybridSearchable<Note>, IAgentMemory
{
    private readonly string _connection =
        new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 1, Pooling = false }.ToString();

    public override string Name => name;

    /// <summary>How often it was called.</summary>
    public int Calls { get; private set; }

    /// <summary>After how many rows a reading breaks.</summary>
    public int BreaksAfter { get; set; } = int.MaxValue;

    public bool IsDisposed { get; private set; }

    public override async Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default)
    {
        await foreach (var _ in ReadAsync("SELECT name, '' FROM sqlite_master WHERE name = $a", name, 1, cancellationToken)) return true;
        return false;
    }

    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) =>
        WriteAsync($"CREATE TABLE IF NOT EXISTS {name} (id TEXT PRIMARY KEY, text TEXT NOT NULL)");

    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) => WriteAsync($"DROP TABLE IF EXISTS {name}");

    public override async Task<Note?> GetAsync(string key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        await foreach (var note in ReadAsync($"SELECT id, text FROM {name} WHERE id = $a", key, 1, cancellationToken)) return note;
        return null;
    }

    public override IAsyncEnumerable<Note> GetAsync(
        Expression<Func<Note, bool>> filter, int top, FilteredRecordRetrievalOptions<Note>? options = null, CancellationToken cancellationToken = default) =>
        ReadAsync($"SELECT id, text FROM {name} ORDER BY id", "", top, cancellationToken);

    public override IAsyncEnumerable<VectorSearchResult<Note>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<Note>? options = null, CancellationToken cancellationToken = default) =>
        ReadAsync($"SELECT id, text FROM {name} WHERE text LIKE '%' || $a || '%' ORDER BY id", searchValue.ToString()!, top, cancellationToken)
            .Select(note => new VectorSearchResult<Note>(note, 1));

    public IAsyncEnumerable<VectorSearchResult<Note>> HybridSearchAsync<TInput>(
        TInput searchValue, ICollection<string> keywords, int top, HybridSearchOptions<Note>? options = null, CancellationToken cancellationToken = default)
        where TInput : notnull =>
        SearchAsync(searchValue, top, null, cancellationToken).Where(found => keywords.All(found.Record.Text.Contains));

    public override Task UpsertAsync(Note record, CancellationToken cancellationToken = default) =>
        WriteAsync($"INSERT OR REPLACE INTO {name} VALUES ($a, $b)", record.Id, record.Text);

    public override async Task UpsertAsync(IEnumerable<Note> records, CancellationToken cancellationToken = default)
    {
        foreach (var record in records) await UpsertAsync(record, cancellationToken);
    }

    public override Task DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        WriteAsync($"DELETE FROM {name} WHERE id = $a", key);

    public async Task<MemoryFindings> SearchAsync(string query, int top, CancellationToken cancellationToken = default) =>
        new(await SearchAsync(query, top, null, cancellationToken).Select(found => new MemoryItem(found.Record.Id, found.Record.Text)).ToListAsync(cancellationToken));

    public Task StoreAsync(MemoryItem item, CancellationToken cancellationToken = default) => UpsertAsync(new Note(item.Id, item.Text), cancellationToken);

    public override object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(SqliteNotes) ? this : null;

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    private async Task WriteAsync(string sql, string a = "", string? b = null)
    {
        Calls++;
        await using var connection = new SqliteConnection(_connection);
        await connection.OpenAsync();
        await using var command = Command(connection, sql, a, b);
        await command.ExecuteNonQueryAsync();
    }

    private async IAsyncEnumerable<Note> ReadAsync(string sql, string a, int top, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Calls++;
        await using var connection = new SqliteConnection(_connection);
        await connection.OpenAsync(cancellationToken);
        await using var command = Command(connection, sql, a, null);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        for (var i = 0; i < top && await rows.ReadAsync(cancellationToken); i++)
        {
            if (i == BreaksAfter) throw new SqliteException("disk I/O error", 10);
            yield return new Note(rows.GetString(0), rows.GetString(1));
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, string a, string? b)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // the texts stand above
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$a", a);
        command.Parameters.AddWithValue("$b", (object?)b ?? DBNull.Value);
        return command;
    }
}
