namespace Kairos.Extensions.Http;

/// <summary>The sub-components of the hosts that are asked: as many as may be, until nobody has asked for a time. Thread-safe.</summary>
/// <param name="kairos">Where they are removed.</param>
/// <param name="parent">The component, which guards the hosts that have none of their own.</param>
/// <param name="options">How many and how long.</param>
/// <param name="time">The clock.</param>
internal sealed class HostGuards(IKairos kairos, ComponentGuard parent, KairosHttpOptions options, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Name, int Port), Host> _hosts = [];
    private ITimer? _timer;
    private bool _isDisposed;

    /// <summary>Takes the guard of a host, to be left when its call has ended.</summary>
    public Visit Enter(Uri? uri)
    {
        if (uri is not { IsAbsoluteUri: true, IdnHost.Length: > 0 }) return new Visit(this, parent, null);
        var key = (uri.IdnHost, uri.IsDefaultPort ? 0 : uri.Port);
        lock (_lock)
        {
            if (!_hosts.TryGetValue(key, out var host))
            {
                if (_hosts.Count >= options.MaxHosts) return new Visit(this, parent, null);
                _hosts.Add(key, host = new Host(parent[HostName.SegmentFor(parent.Component, key.IdnHost, key.Item2)]));
                if (_hosts.Count == 1) Wake(options.HostIdleTimeout);
            }

            host.Visitors++;
            return new Visit(this, host.Guard, host);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private void Leave(Host host)
    {
        lock (_lock)
        {
            host.Visitors--;
            host.LeftAt = time.GetTimestamp();
        }
    }

    private void RemoveIdle()
    {
        lock (_lock)
        {
            var next = options.HostIdleTimeout;
            foreach (var (key, host) in _hosts.Where(host => host.Value.Visitors == 0).ToList())
            {
                var left = options.HostIdleTimeout - time.GetElapsedTime(host.LeftAt);
                if (left > TimeSpan.Zero)
                {
                    if (left < next) next = left;
                }
                else if (!IsShut(host.Guard.Snapshot))
                {
                    _hosts.Remove(key);
                    if (!kairos.Settings.Components.Contains(host.Guard.Component)) kairos.Remove(host.Guard.Component);
                }
            }

            if (_hosts.Count > 0) Wake(next);
        }
    }

    /// <summary>Whether a circuit keeps callers away, which a new component would have forgotten.</summary>
    private bool IsShut(ComponentSnapshot? snapshot) => snapshot is not null && (snapshot.IsIsolated || snapshot.OpenUntil > time.GetUtcNow());

    private void Wake(TimeSpan after)
    {
        if (_isDisposed) return;
        if (_timer is not null)
        {
            _timer.Change(after, Timeout.InfiniteTimeSpan);
            return;
        }

        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow()) // it is not the business of whoever asks first
            _timer = time.CreateTimer(static hosts => ((HostGuards)hosts!).RemoveIdle(), this, after, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A call at a host.</summary>
    public readonly struct Visit : IDisposable
    {
        private readonly HostGuards _hosts;
        private readonly Host? _host;

        internal Visit(HostGuards hosts, ComponentGuard guard, Host? host) => (_hosts, Guard, _host) = (hosts, guard, host);

        /// <summary>What guards it.</summary>
        public ComponentGuard Guard { get; }

        /// <summary>The sub-component; null where the component itself guards the call.</summary>
        public string? Component => _host?.Guard.Component;

        public void Dispose()
        {
            if (_host is not null) _hosts.Leave(_host);
        }
    }

    /// <summary>A host that is asked.</summary>
    internal sealed class Host(ComponentGuard guard)
    {
        public ComponentGuard Guard => guard;

        /// <summary>Calls that run.</summary>
        public int Visitors { get; set; }

        /// <summary>The time stamp of the last call's end.</summary>
        public long LeftAt { get; set; }
    }
}
