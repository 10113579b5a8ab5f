using System.Collections.Immutable;
using System.Data.Common;

namespace Kairos.Classification;

/// <summary>What a failed storage means. The result codes are SQLite's (sqlite.org/rescode.html).</summary>
internal static class StorageRules
{
    private const int LargestPrimaryCode = 28;

    /// <param name="exception">The exception.</param>
    /// <param name="code">The result code that an adapter found.</param>
    public static KairosError? Classify(Exception exception, int? code) => (code ?? OwnCode(exception), exception) switch
    {
        ({ } known, _) => ByCode(known, exception),
        // IsTransient is to be believed where it says yes: Microsoft.Data.Sqlite says no even of a busy database.
        (_, DbException other) => OwnErrors.Error(ErrorCode.MemoryError, exception, other.IsTransient),
        _ => null,
    };

    /// <summary>The code that System.Data.SQLite gives as ADO.NET's own. Others have an HRESULT there, far from the codes.</summary>
    private static int? OwnCode(Exception exception) =>
        exception is DbException { ErrorCode: > 0 and <= LargestPrimaryCode } error ? error.ErrorCode : null;

    /// <summary>Busy (5) and locked (6) pass. I/O error (10), corrupt (11), cannot open (14) and not a database (26) are broken storage.
    /// An error in the SQL (1) and a constraint (19) are the caller's. An extended code has its primary one in the lowest byte.</summary>
    private static KairosError ByCode(int code, Exception cause)
    {
        var error = (code & 0xFF) switch
        {
            5 or 6 => OwnErrors.Error(ErrorCode.MemoryError, cause, recoverable: true),
            10 or 11 or 14 or 26 => OwnErrors.Error(ErrorCode.MemoryError, cause, recoverable: false) with { Verdict = Verdict.Trip },
            1 or 19 => OwnErrors.Error(ErrorCode.InvalidInput, cause, recoverable: false),
            _ => OwnErrors.Error(ErrorCode.MemoryError, cause, recoverable: false),
        };
        return error with { Context = ImmutableDictionary<string, object?>.Empty.Add("sqlite.result_code", code) };
    }
}
