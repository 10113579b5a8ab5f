using System.Buffers;
using Kairos.Classification;

namespace Kairos.Extensions.AI;

/// <summary>
/// One answer, seen as it comes in: its head, and what its body says of an error whatever the SDK makes of it. More than its limits allow does
/// not come in. Thread-safe, since a call that was left behind may still read.
/// </summary>
internal sealed class WitnessedAnswer
{
    private readonly Lock _lock = new();
    private readonly ModelEndpoint _model;
    private readonly AnswerReader? _reader;
    private readonly ArrayBufferWriter<byte> _failure = new();
    private readonly string? _host;
    private long _length;
    private bool _isCut;

    public WitnessedAnswer(HttpResponseMessage response, ModelEndpoint model)
    {
        var asked = response.RequestMessage?.RequestUri;
        var headers = response.Headers.NonValidated;
        _model = model;
        Header = name => headers.TryGetValues(name, out var values) && values.Count > 0 ? string.Join(',', values) : null;
        _host = asked is { IsAbsoluteUri: true } ? asked.Authority : null;
        Status = (int)response.StatusCode;
        IsOther = model.IsOther(asked);
        if (!HasFailed && !IsOther && WitnessedContent.IsReadable(response.Content.Headers)) _reader = new AnswerReader(Status, response.Content.Headers.ContentType?.MediaType, Header);
    }

    public int Status { get; }

    /// <summary>The value of a header; null where there is none.</summary>
    public Func<string, string?> Header { get; }

    /// <summary>Whether it is another host's than the model's.</summary>
    public bool IsOther { get; }

    /// <summary>Whether its status says that it failed.</summary>
    public bool HasFailed => Status >= 400;

    /// <summary>Whether the rest of it is not to be read: it has said that it failed, or all that may be read of a failure.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock) return _isCut || _reader?.Error is not null;
        }
    }

    /// <summary>The failure that it is; null where it is none as far as it has been read.</summary>
    public ResponseFacts? Failure
    {
        get
        {
            lock (_lock)
            {
                if (!HasFailed) return _reader?.Error is { } error ? error with { Host = _host } : null;
                return ResponseFacts.Of(Status, _failure.WrittenMemory, Header) with { Host = _host, IsOfOther = IsOther, IsCut = _isCut };
            }
        }
    }

    /// <summary>Takes bytes in, in the order in which they come.</summary>
    /// <exception cref="KairosException">There are more than may come in.</exception>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _length += bytes.Length;
            if (HasFailed)
            {
                _isCut |= _length > _model.Limits.Failure;
                if (_failure.WrittenCount <= ErrorBody.MaxBytes) _failure.Write(bytes);
                return;
            }

            _reader?.Add(bytes);
            if (_length > _model.Limits.Answer) throw TooMuch(_model.Component, "The answer", _model.Limits.Answer, nameof(ModelGuardOptions.MaxAnswerBytes));
            if (_reader?.Pending > _model.Limits.Line) throw TooMuch(_model.Component, "A line of the answer", _model.Limits.Line, nameof(ModelGuardOptions.MaxLineBytes));
        }
    }

    /// <summary>There is no more of it.</summary>
    public void End()
    {
        lock (_lock) _reader?.End();
    }

    /// <summary>Whether something of the answer itself has come since this was asked last.</summary>
    public bool TakeLife()
    {
        lock (_lock) return _reader?.Life.Take() == true;
    }

    /// <summary>The reasoning that has come since this was asked last, where the SDK does not know the name that it goes by.</summary>
    public string? TakeReasoning()
    {
        lock (_lock) return _reader?.Life.TakeReasoning();
    }

    /// <summary>That there is more than may come in.</summary>
    public static KairosException TooMuch(string component, string what, long limit, string option) =>
        new(new KairosError(OwnErrors.CodeOf(new ClassificationContext(component)), $"{what} is longer than {limit} bytes, the limit that {option} sets.")
        {
            Recoverable = false,
        });
}
