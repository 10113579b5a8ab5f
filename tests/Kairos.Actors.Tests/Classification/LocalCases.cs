using Kairos.Tests.Faults;

namespace Kairos.Tests.Classification;

/// <summary>The rows that no server takes part in.</summary>
internal static class LocalCases
{
    private static readonly ErrorClassifier WithSqlite =
        ErrorClassifier.Default.WithStorageAdapter(exception => (exception as SqliteLikeException)?.SqliteErrorCode);

    public static Dictionary<string, TableCase> All { get; } = new()
    {
        ["an idempotent tool throws"] = Tool(new ToolException("no results"), idempotent: true),
        ["a tool throws that is not idempotent"] = Tool(new ToolException("the mail server said no"), idempotent: false),
        ["a tool does not find its file"] = Tool(new FileNotFoundException("notes.txt"), idempotent: false),
        ["SQLite busy (5)"] = Sqlite(5, ErrorCode.MemoryError, true, Verdict.Count),
        ["SQLite busy, extended (517)"] = Sqlite(517, ErrorCode.MemoryError, true, Verdict.Count),
        ["SQLite locked (6)"] = Sqlite(6, ErrorCode.MemoryError, true, Verdict.Count),
        ["SQLite I/O error (10)"] = Sqlite(10, ErrorCode.MemoryError, false, Verdict.Trip),
        ["SQLite corrupt (11)"] = Sqlite(11, ErrorCode.MemoryError, false, Verdict.Trip),
        ["SQLite cannot open (14)"] = Sqlite(14, ErrorCode.MemoryError, false, Verdict.Trip),
        ["SQLite not a database (26)"] = Sqlite(26, ErrorCode.MemoryError, false, Verdict.Trip),
        ["SQLite error in the SQL (1)"] = Sqlite(1, ErrorCode.InvalidInput, false, Verdict.Ignore),
        ["SQLite constraint (19)"] = Sqlite(19, ErrorCode.InvalidInput, false, Verdict.Ignore),
        ["SQLite full (13)"] = Sqlite(13, ErrorCode.MemoryError, false, Verdict.Count),
        ["a null reference"] = Bug(Bugs.NullReference(), "llm"),
        ["a null argument"] = Bug(new ArgumentNullException("prompt"), "llm"),
        ["an argument out of range, not from a model"] = Bug(new ArgumentOutOfRangeException("top"), "memory"),
        ["a bug of a tool"] = Bug(Bugs.NullReference(), "tools/search"),
        ["a client that was disposed"] = Bug(new ObjectDisposedException("HttpClient"), "llm"),
        ["an open circuit further down"] = new(Rows.CircuitOpen, Answers.Status(200), ErrorCode.RateLimit, true, Verdict.Ignore)
        {
            Context = TableCase.On("tools/summary"),
            Call = (_, _) => throw new CircuitOpenLikeException(
                new KairosError(ErrorCode.RateLimit, "'llm' is open") { Recoverable = true, Verdict = Verdict.Ignore }),
        },
    };

    private static TableCase Tool(Exception thrown, bool idempotent) =>
        new(Rows.ToolThrows, Answers.Status(200), ErrorCode.ToolFailure, idempotent, Verdict.Count)
        {
            Context = TableCase.On("tools/search") with { IsIdempotent = idempotent },
            Call = (_, _) => throw thrown,
        };

    private static TableCase Sqlite(int code, ErrorCode expected, bool recoverable, Verdict verdict) =>
        new(Rows.Sqlite, Answers.Status(200), expected, recoverable, verdict)
        {
            Context = TableCase.On("memory"),
            Classifier = WithSqlite,
            Call = (_, _) => throw new SqliteLikeException(code),
        };

    private static TableCase Bug(Exception thrown, string component) =>
        new(Rows.Bug, Answers.Status(200), ErrorCode.InternalError, false, Verdict.Ignore)
        {
            Context = TableCase.On(component),
            Call = (_, _) => throw thrown,
        };
}
