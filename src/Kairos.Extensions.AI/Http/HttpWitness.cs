using System.Runtime.CompilerServices;
using Kairos.Errors;

namespace Kairos.Extensions.AI;

/// <summary>
/// Sees what goes over HTTP during one attempt of a guarded call, by the events of .NET's own handler, whatever SDK sends it. From that come
/// two things that no exception tells: the headers of an answer whose SDK drops them, and whether the SDK repeats requests by itself.
/// Where <c>System.Net.Http.EnableActivityPropagation</c> is off there is nothing to be seen.
/// </summary>
internal sealed class HttpWitness
{
    private static readonly AsyncLocal<HttpWitness?> Ambient = new();
    private static readonly ConditionalWeakTable<Exception, ResponseFacts> Answers = [];

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, string> _pending = [];
    private readonly List<string> _failed = [];
    private ResponseFacts? _lastAnswer;

    /// <summary>The witness of the current flow.</summary>
    public static HttpWitness? Current => Ambient.Value;

    /// <summary>Requests that were sent again after they had failed.</summary>
    public int Repeats { get; private set; }

    /// <summary>A witness of what the current flow is about to send.</summary>
    public static HttpWitness Begin()
    {
        HttpEvents.Watch();
        var witness = new HttpWitness();
        witness.Resume();
        return witness;
    }

    /// <summary>Watches the current flow again: a stream's flow is left with every element.</summary>
    public void Resume() => Ambient.Value = this;

    /// <summary>Remembers for an exception what was answered before it. Returns false, so that it can stand in an exception filter.</summary>
    public bool Note(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions: [.., var last] }) exception = last;
        if (exception is not OperationCanceledException && _lastAnswer is { Status: >= 400 } answer) Answers.AddOrUpdate(exception, answer);
        return false;
    }

    /// <summary>What was answered before an exception; null where nobody noted it.</summary>
    public static ResponseFacts? FactsOf(Exception exception) => Answers.TryGetValue(exception, out var facts) ? facts : null;

    /// <summary>Adds the headers that the SDK has left out.</summary>
    public static ResponseFacts Complete(ResponseFacts facts, Exception exception) =>
        facts.Header is null && FactsOf(exception) is { } seen && seen.Status == facts.Status ? facts with { Header = seen.Header } : facts;

    /// <summary>A request is being sent.</summary>
    public void Sent(Guid id, HttpRequestMessage request)
    {
        lock (_lock)
        {
            var key = $"{request.Method} {request.RequestUri}";
            _pending[id] = key;
            if (_failed.Remove(key)) Repeats++;
        }
    }

    /// <summary>An answer came, or none did.</summary>
    public void Ended(Guid id, HttpResponseMessage? response)
    {
        lock (_lock)
        {
            _lastAnswer = response is null ? null : FactsOf(response);
            if (!_pending.Remove(id, out var key)) return;

            // An answer that asks for other credentials is repeated for a reason of its own.
            if (_lastAnswer?.Status is null or (>= 400 and not 401 and not 407)) _failed.Add(key);
        }
    }

    private static ResponseFacts FactsOf(HttpResponseMessage response)
    {
        if ((int)response.StatusCode < 400) return new ResponseFacts { Status = (int)response.StatusCode };
        var headers = response.Headers.NonValidated.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new ResponseFacts { Status = (int)response.StatusCode, Header = name => headers.GetValueOrDefault(name) };
    }
}
