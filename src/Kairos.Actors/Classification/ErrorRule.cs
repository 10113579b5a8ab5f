namespace Kairos;

/// <summary>
/// An application's own rule: says what an exception means, or null to leave it to the next rule. It sees what an
/// <see cref="AggregateException"/> holds, not the aggregate. A rule that throws is passed over. Called by many threads at once.
/// </summary>
public delegate KairosError? ErrorRule(Exception exception, in ClassificationContext context);

/// <summary>
/// Reads the answer that a provider's exception carries, or returns null if it is not that provider's. One line per SDK, in the
/// application, which knows the type: so Kairos depends on no SDK and needs no reflection. An adapter that throws is passed over. Called
/// by many threads at once.
/// </summary>
/// <example>
/// <code>
/// exception => exception is ClientResultException failure
///     ? new ResponseFacts
///     {
///         Status = failure.Status,
///         ErrorCode = ResponseFacts.ReadErrorCode(failure.GetRawResponse()?.Content.ToMemory() ?? default),
///         Header = name => failure.GetRawResponse()?.Headers.TryGetValue(name, out var value) == true ? value : null,
///     }
///     : null
/// </code>
/// </example>
public delegate ResponseFacts? ResponseAdapter(Exception exception);

/// <summary>
/// Reads the SQLite result code, primary or extended, that an exception carries, or returns null. Needed for Microsoft.Data.Sqlite, which
/// keeps the code on its own type only: <c>exception => (exception as SqliteException)?.SqliteErrorCode</c>. An adapter that throws is
/// passed over. Called by many threads at once.
/// </summary>
public delegate int? StorageAdapter(Exception exception);
