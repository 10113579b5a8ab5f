using System.Collections.Immutable;
using Kairos.Classification;

namespace Kairos;

/// <summary>
/// Says what an exception means for a component. Codes and statuses decide, never the text of a message. Immutable and thread-safe.
/// <para>
/// Asked in this order: the application's rules, last added first, which see what an <see cref="AggregateException"/> holds last; an error
/// that an exception or one of its causes carries (<see cref="KairosException"/>, a circuit that was open further down, Polly's too); an
/// answer with a status; our own timeout, if the context says that it had elapsed; storage, connections, timeouts, malformed answers, from the exception
/// down to its causes; bugs. What remains unknown is the component's own error, not recoverable, or, from an idempotent tool, recoverable.
/// </para>
/// <para>
/// An exception without a status that is known to be transient needs no rule if it derives from <see cref="IOException"/>: a stream that
/// ended without its last event is best told by an <see cref="EndOfStreamException"/>. That the caller cancelled is not an exception's
/// to tell: who guards the call looks at the caller's token first, and an <see cref="OperationCanceledException"/> here is a timeout.
/// </para>
/// </summary>
public sealed class ErrorClassifier
{
    private readonly ImmutableArray<ErrorRule> _rules;
    private readonly Adapters _adapters;

    private ErrorClassifier(ImmutableArray<ErrorRule> rules, Adapters adapters) => (_rules, _adapters) = (rules, adapters);

    /// <summary>The classifier without anything added.</summary>
    public static ErrorClassifier Default { get; } = new([], Adapters.None);

    /// <summary>A classifier that asks a rule before all that this one asks.</summary>
    public ErrorClassifier WithRule(ErrorRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return new ErrorClassifier(_rules.Insert(0, rule), _adapters);
    }

    /// <summary>A classifier that also understands the exceptions of a provider's SDK. Of several adapters the last added is asked first,
    /// and all before what is built in for <see cref="HttpRequestException"/>.</summary>
    public ErrorClassifier WithAdapter(ResponseAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        return new ErrorClassifier(_rules, _adapters with { Responses = _adapters.Responses.Insert(0, adapter) });
    }

    /// <summary>A classifier that also understands the exceptions of an SQLite library. Without one, those of Microsoft.Data.Sqlite are
    /// counted and not recoverable, since only their own type tells a busy database from a broken one.</summary>
    public ErrorClassifier WithStorageAdapter(StorageAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        return new ErrorClassifier(_rules, _adapters with { Storages = _adapters.Storages.Insert(0, adapter) });
    }

    /// <summary>
    /// What an exception means. Never throws, whatever the exception, the rules and the adapters do. An error that is made here has the
    /// message of the exception that decided, and as its cause the one that the call threw (of an aggregate, the last).
    /// </summary>
    public KairosError Classify(Exception exception, in ClassificationContext context)
    {
        if (exception is null) return OwnErrors.Own(null, context, transient: false);
        try
        {
            var failure = Causes.Unwrap(exception);
            return ByRules(failure, context) ?? ByAnswer(failure, context) ?? ByKind(failure, context);
        }
        catch (Exception)
        {
            // Exceptions run code of their own when they are looked at.
            return OwnErrors.Own(exception, context, transient: false);
        }
    }

    private KairosError? ByRules(Exception failure, in ClassificationContext context) =>
        Adapters.First(_rules, static (rule, it) => rule(it.failure, it.context), (failure, context));

    /// <summary>What the callee itself said. It stands even if our own timeout elapsed meanwhile.</summary>
    private KairosError? ByAnswer(Exception failure, in ClassificationContext context)
    {
        for (var cause = failure; cause is not null; cause = Causes.After(cause))
        {
            if (cause is ICarriesError { Error: { } carried }) return carried;
            if (PollyShape.Classify(cause, this, context) is { } notCalled) return notCalled with { Cause = failure };
            if (_adapters.FactsOf(cause) is { } facts && AnswerRules.Classify(facts, cause, context) is { } answered)
                return answered with { Cause = failure };
        }

        return null;
    }

    private KairosError ByKind(Exception failure, in ClassificationContext context)
    {
        if (context.IsTimeout) return OwnErrors.Timeout(failure);
        var unanswered = false;
        for (var cause = failure; cause is not null; cause = Causes.After(cause))
        {
            var known = StorageRules.Classify(cause, _adapters.ResultCodeOf(cause))
                ?? NetworkRules.Classify(cause, context)
                ?? CodeRules.Classify(cause, isOutermost: ReferenceEquals(cause, failure), context);
            if (known is not null) return known with { Cause = failure };
            unanswered |= _adapters.FactsOf(cause) is not null;
        }

        return OwnErrors.Own(failure, context, transient: unanswered || OwnErrors.IsTool(context));
    }
}

/// <summary>What is known about a call besides the exception that it ended in. A value; thread-safe.</summary>
/// <param name="Component">The component that was called. The first segment of its name decides what an unknown failure is called:
/// <c>llm</c> and <c>llm/fast</c> fail with <c>llm_error</c>.</param>
public readonly record struct ClassificationContext(string Component)
{
    private readonly bool _changesThings;
    private readonly TimeProvider? _time;

    /// <summary>Whether our own deadline or attempt timeout had elapsed when the call ended. Default: false.</summary>
    public bool IsTimeout { get; init; }

    /// <summary>Whether the call may be made twice without harm. Default: true. Matters for tools: their failures are recoverable only
    /// then.</summary>
    public bool IsIdempotent
    {
        get => !_changesThings;
        init => _changesThings = !value;
    }

    /// <summary>The clock by which a <c>Retry-After</c> that names a date is read. Default: the system's.</summary>
    public TimeProvider Time
    {
        get => _time ?? TimeProvider.System;
        init => _time = value;
    }
}

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
