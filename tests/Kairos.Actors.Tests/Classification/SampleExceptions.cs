using System.Data.Common;

namespace Kairos.Tests.Classification;

/// <summary>What a tool throws that has exceptions of its own.</summary>
public sealed class ToolException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>As Microsoft.Data.Sqlite 10 has it: the code is on the type itself, ADO.NET's ErrorCode is an HRESULT (0x80004005), and
/// IsTransient says no even of a busy database.</summary>
public sealed class SqliteLikeException(int code) : DbException($"SQLite Error {code}")
{
    public int SqliteErrorCode { get; } = code;
}

/// <summary>As System.Data.SQLite has it: ADO.NET's ErrorCode is the result code.</summary>
public sealed class OwnCodeDbException(int code) : DbException("database error")
{
    public override int ErrorCode { get; } = code;
}

/// <summary>As a database has it that knows which of its errors pass.</summary>
public sealed class TransientDbException(bool transient) : DbException("database error")
{
    public override bool IsTransient { get; } = transient;
}

/// <summary>As the SDK of OpenAI has it: <c>ClientResultException</c>, status 0 where there was no answer.</summary>
public sealed class ProviderException(int status, Dictionary<string, string>? headers = null, Exception? inner = null)
    : Exception("Service request failed.", inner)
{
    public int Status { get; } = status;

    public Dictionary<string, string> Headers { get; } = headers ?? [];

    public string? Code { get; init; }
}

/// <summary>As the guard's exception for an open circuit has it.</summary>
internal sealed class CircuitOpenLikeException(KairosError? error) : Exception("open"), ICarriesError
{
    public KairosError? Error { get; } = error;
}

/// <summary>An exception that cannot even be looked at.</summary>
public sealed class HostileException(Exception? inner = null) : Exception("", inner)
{
    public override string Message => throw new InvalidOperationException();

    public override string? StackTrace => throw new InvalidOperationException();

    public override string ToString() => throw new InvalidOperationException();
}

/// <summary>A database's exception that cannot be looked at.</summary>
public sealed class HostileDbException : DbException
{
    public override int ErrorCode => throw new InvalidOperationException();

    public override bool IsTransient => throw new InvalidOperationException();
}
