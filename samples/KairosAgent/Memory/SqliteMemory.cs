using System.Globalization;
using System.Text;
using Kairos;
using Microsoft.Data.Sqlite;

namespace KairosAgent.Memory;

/// <summary>
/// What the agent remembers, in a SQLite file. A search finds the texts that hold most of its words, the latest first; without words, the
/// latest. The file is made at the first use, so that one that cannot be made is a failure of the memory, and not of the program.
/// </summary>
internal sealed class SqliteMemory : IAgentMemory
{
    private const UnixFileMode OnlyTheUser = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MaxWords = 16;
    private const int BusySeconds = 2;
    private static readonly char[] Separators = [' ', '\t', '\n', '\r', ',', '.', ';', ':', '!', '?', '"', '\''];
    private static readonly HashSet<string> Fillers = new(StringComparer.OrdinalIgnoreCase) { "a", "an", "the", "my", "your", "is", "of", "me", "i", "s" };

    private readonly string _file;
    private readonly string _connection;
    private readonly TimeProvider _time;

    public SqliteMemory(string file, TimeProvider time)
    {
        _file = Path.GetFullPath(file);
        _time = time;
        _connection = new SqliteConnectionStringBuilder { DataSource = _file, DefaultTimeout = BusySeconds, Pooling = false }.ToString();
    }

    public async Task<MemoryFindings> SearchAsync(string query, int top, CancellationToken cancellationToken = default)
    {
        var words = query.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Where(word => !Fillers.Contains(word)).Take(MaxWords).ToList();
        await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        var score = string.Join(" + ", words.Select((_, number) => $"(text LIKE $w{number} ESCAPE '\\')"));
        command.CommandText = words.Count == 0
            ? "SELECT id, text FROM notes ORDER BY at DESC, rowid DESC LIMIT $top"
            : $"SELECT id, text FROM notes WHERE {score} > 0 ORDER BY {score} DESC, at DESC, rowid DESC LIMIT $top";
        command.Parameters.AddWithValue("$top", top);
        foreach (var (number, word) in words.Index()) command.Parameters.AddWithValue($"$w{number}", $"%{Escape(word)}%");
        await using var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var items = new List<MemoryItem>();
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false)) items.Add(new MemoryItem(rows.GetString(0), rows.GetString(1)));
        return new MemoryFindings(items);
    }

    public async Task StoreAsync(MemoryItem item, CancellationToken cancellationToken = default)
    {
        await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO notes (id, text, at) VALUES ($id, $text, $at) ON CONFLICT (id) DO UPDATE SET text = $text, at = $at";
        command.Parameters.AddWithValue("$id", item.Id);
        command.Parameters.AddWithValue("$text", item.Text);
        command.Parameters.AddWithValue("$at", _time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        KeepPrivate();
        var connection = new SqliteConnection(_connection);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE IF NOT EXISTS notes (id TEXT PRIMARY KEY, text TEXT NOT NULL, at TEXT NOT NULL)";
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Only for the user: what people tell an agent is theirs, also where others may read the folder. SQLite gives the files beside it the same
    /// mode. A file that is there is not opened here: to close it would take SQLite's locks away.
    /// </summary>
    private void KeepPrivate()
    {
        var folder = Path.GetDirectoryName(_file)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, OnlyTheUser | UnixFileMode.UserExecute);
        try
        {
            if (!File.Exists(_file)) new FileStream(_file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OnlyTheUser }).Dispose();
        }
        catch (IOException) when (File.Exists(_file))
        {
            // Another call has made it meanwhile.
        }

        if (File.GetUnixFileMode(_file) != OnlyTheUser) File.SetUnixFileMode(_file, OnlyTheUser);
    }

    private static string Escape(string word)
    {
        var escaped = new StringBuilder(word.Length);
        foreach (var letter in word)
        {
            if (letter is '%' or '_' or '\\') escaped.Append('\\');
            escaped.Append(letter);
        }

        return escaped.ToString();
    }
}
