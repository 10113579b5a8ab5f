using System.Runtime.CompilerServices;

namespace Kairos.Extensions.AI;

/// <summary>
/// Sees what goes over HTTP during one attempt of a guarded call, by the events of .NET's own handler, whatever SDK sends it. From that comes
/// what no exception tells: the head and the codes of an answer whose SDK drops them, an error within an answer of success, whose answer it
/// was, signs of life, and whether the SDK repeats requests by itself.
/// Where <c>System.Net.Http.EnableActivityPropagation</c> is off there is nothing to be seen.
/// </summary>
internal sealed class HttpAttemptObserver(ModelEndpoint model)
{
    private static readonly AsyncLocal<HttpAttemptObserver?> Ambient = new();
    private static readonly ConditionalWeakTable<Exception, ResponseFacts> Answers = [];

    private Requests? _requests; // made when there is one: an attempt that is answered otherwise has none
    private ExecutionContext? _outside;
    private ExecutionContext? _inside;
    private volatile bool _isAsked;
    private volatile WitnessedAnswer? _last;
    private volatile WitnessedAnswer? _other;

    /// <summary>The witness of the current flow.</summary>
    public static HttpAttemptObserver? Current => Ambient.Value;

    /// <summary>Requests that were sent again after they had failed.</summary>
    public int Repeats { get; private set; }

    /// <summary>A witness of what the current flow is about to send.</summary>
    public static HttpAttemptObserver Begin(ModelEndpoint model)
    {
        HttpEvents.Watch();
        return Ambient.Value = new HttpAttemptObserver(model);
    }

    /// <summary>Watches the current flow again: a stream's flow is left with every element. A consumer that comes back in the flow in which it came
    /// before finds the one that was made for it then.</summary>
    public void Resume()
    {
        var outside = ExecutionContext.Capture();
        if (_inside is not null && ReferenceEquals(outside, _outside))
        {
            ExecutionContext.Restore(_inside);
            return;
        }

        Ambient.Value = this;
        (_outside, _inside) = (outside, ExecutionContext.Capture());
    }

    /// <summary>Remembers for an exception what was answered before it. Returns false, so that it can stand in an exception filter.</summary>
    public bool Note(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions: [.., var last] }) exception = last;
        if (exception is OperationCanceledException or HttpFailureException) return false;
        if ((IsOfOther(exception) ? _other : _last)?.Failure is { } failure) Answers.AddOrUpdate(exception, failure);
        return false;
    }

    /// <summary>The failure that an answer of success holds, once it has been read; null where it holds none.</summary>
    public ResponseFacts? FailureWithin()
    {
        if (_last is not { HasFailed: false } answer) return null;
        answer.End();
        return answer.Failure;
    }

    /// <summary>Whether something of the answer itself has come since this was asked last.</summary>
    public bool TakeLife() => _last?.TakeLife() == true;

    /// <summary>The reasoning that has come since this was asked last, where the SDK does not know the name that it goes by.</summary>
    public string? TakeReasoning() => _last?.TakeReasoning();

    /// <summary>What was answered before an exception; null where nobody noted it.</summary>
    public static ResponseFacts? FactsOf(Exception exception) => Answers.TryGetValue(exception, out var facts) ? facts : null;

    /// <summary>A request is being sent.</summary>
    public void Sent(Guid id, HttpRequestMessage request)
    {
        var requests = LazyInitializer.EnsureInitialized(ref _requests);
        lock (requests)
        {
            var (key, isOther) = ($"{request.Method} {request.RequestUri}", model.IsOther(request.RequestUri));
            requests.Pending[id] = (key, isOther);
            _isAsked |= !isOther;
            if (requests.Failed.Remove(key)) Repeats++;
        }
    }

    /// <summary>An answer came, or none did.</summary>
    public void Ended(Guid id, HttpResponseMessage? response)
    {
        var requests = LazyInitializer.EnsureInitialized(ref _requests);
        lock (requests)
        {
            var isKnown = requests.Pending.Remove(id, out var sent);
            var answer = response is null ? null : See(response);
            if (answer?.IsOther ?? sent.IsOther) _other = answer;
            else _last = answer;

            // An answer that asks for other credentials is repeated for a reason of its own.
            if (isKnown && answer?.Status is null or (>= 400 and not 401 and not 407)) requests.Failed.Add(sent.Key);
        }
    }

    /// <summary>
    /// Whether another host's answer is behind an exception: the model was not asked at all, or the exception tells that answer's status, which was
    /// not the model's. What is asked besides, such as a server that usage is reported to, does not say how the model fares.
    /// </summary>
    private bool IsOfOther(Exception exception) =>
        _other is { HasFailed: true } other && (!_isAsked || (SdkShape.StatusOf(exception) == other.Status && _last?.Status != other.Status));

    private WitnessedAnswer See(HttpResponseMessage response)
    {
        var answer = new WitnessedAnswer(response, model);
        response.Content = new WitnessedContent(response.Content, answer);
        model.Answers(answer);
        return answer;
    }

    /// <summary>Those on their way, and the keys of those that failed. Locked while it is used.</summary>
    private sealed class Requests
    {
        public Dictionary<Guid, (string Key, bool IsOther)> Pending { get; } = [];

        public List<string> Failed { get; } = [];
    }
}
