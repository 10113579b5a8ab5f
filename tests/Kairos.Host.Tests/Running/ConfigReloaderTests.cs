using Akka.Actor;
using Kairos.Host.Configuration;
using Kairos.Host.Running;
using Kairos.TestUtilities.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Host.Tests.Running;

public sealed class ConfigReloaderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _log = new();
    private readonly Failing _kairos = new();

    [Fact]
    public void A_reload_that_throws_anything_is_said_and_the_next_one_works()
    {
        using var reloader = Watch("kairos {}");

        _kairos.Failure = new InvalidOperationException("broken");
        Write("kairos.max-components = 100");
        Assert.Contains("could not be put in force; the settings before it stay: InvalidOperationException: broken", _log.All[^1], StringComparison.Ordinal);

        _kairos.Failure = null;
        Write("kairos.max-components = 200");
        Assert.Equal(200, _kairos.InForce?.MaxComponents);
    }

    [Fact]
    public void A_file_that_is_being_written_is_left_alone_until_it_has_settled()
    {
        using var reloader = Watch("kairos {}");

        _folder.Write("my.conf", "kairos {");
        _time.Advance(ConfigReloader.Period);
        _folder.Write("my.conf", "kairos { max-components = 300 }");
        _time.Advance(ConfigReloader.Period);
        Assert.Empty(_log.All);
        _time.Advance(ConfigReloader.Period);

        Assert.Equal(300, _kairos.InForce?.MaxComponents);
    }

    [Theory]
    [InlineData("", "akka.loglevel = DEBUG", true)]
    [InlineData("akka { loglevel = INFO, stdout-loglevel = INFO }", "akka { stdout-loglevel = INFO, loglevel = INFO }", false)]
    [InlineData("kairos.dispatcher.lend-threads = on", "kairos.dispatcher.lend-threads = off", true)]
    [InlineData("kairos.dispatcher.lend-threads = on", "", true)]
    [InlineData("", "kairos.telemetry.exporter = none", true)]
    [InlineData("", "kairos.ask-timeout = 5s", false)]
    public void What_only_a_restart_puts_in_force_is_said(string before, string after, bool isSaid)
    {
        using var reloader = Watch(before + "\nkairos {}");

        Write(after + "\nkairos {}");

        Assert.Equal(isSaid, _log.All[^1].EndsWith("holds when it is started anew", StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_file_is_told_once()
    {
        using var reloader = Watch("kairos {}");

        Write("kairos {");
        var said = _log.All.Count;
        for (var i = 0; i < 5; i++) _time.Advance(ConfigReloader.Period);

        Assert.Equal((2, 2), (said, _log.All.Count));
        Assert.Null(_kairos.InForce);
    }

    public void Dispose() => _folder.Dispose();

    private ConfigReloader? Watch(string hocon)
    {
        var path = _folder.Write("my.conf", hocon);
        var settings = SettingsLoader.Load(path, new Dictionary<string, string>());
        return ConfigReloader.Watch(_kairos, settings, new Dictionary<string, string>(), _log, _time);
    }

    private void Write(string hocon)
    {
        _folder.Write("my.conf", hocon);
        _time.Advance(ConfigReloader.Period);
        _time.Advance(ConfigReloader.Period);
    }

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add(formatter(state, exception));
    }

    private sealed class Failing : IKairos
    {
        public Exception? Failure { get; set; }

        public KairosSettings? InForce { get; private set; }

        public ComponentGuard this[string component] => throw new NotSupportedException();

        public IReadOnlyList<ComponentSnapshot> Snapshots => [];

        public KairosSettings Settings => throw new NotSupportedException();

        public IActorRef Supervisor => throw new NotSupportedException();

        public Task DrainAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public void Remove(string component) => throw new NotSupportedException();

        public void Reconfigure(Func<KairosSettings, KairosSettings> change)
        {
            if (Failure is { } failure) throw failure;
            InForce = change(InForce ?? new KairosSettings());
        }
    }
}
