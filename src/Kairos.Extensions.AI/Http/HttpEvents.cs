using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;

namespace Kairos.Extensions.AI;

/// <summary>
/// Listens to .NET's HTTP handler. Only the two plain events are asked for, and only by flows that have a witness: no activity is made and
/// no header is added for it.
/// </summary>
internal sealed class HttpEvents : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private const string Handler = "HttpHandlerDiagnosticListener";
    private const string Request = "System.Net.Http.Request";
    private const string Response = "System.Net.Http.Response";

    private static readonly Lazy<IDisposable> Subscription = new(() => DiagnosticListener.AllListeners.Subscribe(new HttpEvents()));
    private static readonly ConcurrentDictionary<(Type, string), PropertyInfo?> Properties = new();

    /// <summary>Begins to listen, once for the process.</summary>
    public static void Watch() => _ = Subscription.Value;

    public void OnNext(DiagnosticListener listener)
    {
        if (listener.Name == Handler) listener.Subscribe(this, static (name, _, _) => name is Request or Response && HttpAttemptObserver.Current is not null);
    }

    public void OnNext(KeyValuePair<string, object?> happened)
    {
        if (HttpAttemptObserver.Current is not { } witness || happened.Value is not { } payload) return;
        if (ValueOf(payload, "LoggingRequestId") is not Guid id) return;
        if (happened.Key == Response) witness.Ended(id, ValueOf(payload, "Response") as HttpResponseMessage);
        else if (ValueOf(payload, "Request") is HttpRequestMessage request) witness.Sent(id, request);
    }

    public void OnCompleted()
    {
        // Listeners of the base library end with the process.
    }

    public void OnError(Exception error)
    {
        // There is nobody to tell, and the guard works without.
    }

    private static object? ValueOf(object payload, string name) =>
        Properties.GetOrAdd((payload.GetType(), name), static key => key.Item1.GetProperty(key.Item2))?.GetValue(payload);
}
