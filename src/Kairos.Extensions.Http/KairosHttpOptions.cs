namespace Kairos;

/// <summary>What is special about a guarded <see cref="HttpClient"/>. Read once, when the client is registered; not thread-safe.</summary>
public sealed class KairosHttpOptions
{
    /// <summary>Turns failures into errors. Its rules see what inner handlers throw, and an <see cref="HttpFailureException"/> for an answer whose
    /// status is 400 or more. Null takes that of Kairos' options.</summary>
    public ErrorClassifier? Classifier { get; set; }

    /// <summary>
    /// Whether a request may be repeated: true for a POST with an idempotency key, for example. Null, or null as its answer, leaves it to the
    /// method: GET, HEAD, OPTIONS, PUT, DELETE and TRACE may be, all others may not. Called once for each request, by many threads at once.
    /// </summary>
    public Func<HttpRequestMessage, bool?>? IsIdempotent { get; set; }

    /// <summary>
    /// The longest body, in bytes, that is kept in memory so that its request can be repeated. A longer one, or one whose length is not known
    /// beforehand, is sent as it is read, once. 0 and more; default 64 KB.
    /// </summary>
    public int MaxBufferedBytes { get; set; } = 64 * 1024;

    /// <summary>Whether each host has a sub-component of its own, such as <c>tools/search/example.com</c>, and
    /// <c>tools/search/example.com_8443</c> where the port is not the scheme's own. Default false: all hosts are one component.</summary>
    public bool PerHost { get; set; }

    /// <summary>How many hosts have sub-components at a time, with <see cref="PerHost"/>; the component itself guards the others. 1 and more;
    /// default 100.</summary>
    public int MaxHosts { get; set; } = 100;

    /// <summary>
    /// How long a host is not asked until its sub-component is removed, with its series. One whose circuit is open stays until its probe calls
    /// are due, or until it is reset; one that the settings name stays. More than zero; default 10 minutes.
    /// </summary>
    public TimeSpan HostIdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBufferedBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxHosts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(HostIdleTimeout, TimeSpan.Zero);
    }
}
