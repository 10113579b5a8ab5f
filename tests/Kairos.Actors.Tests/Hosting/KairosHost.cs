using Akka.Actor;
using Akka.Hosting;
using Kairos.Tests.Instruments;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Metrics;

namespace Kairos.Tests.Hosting;

/// <summary>What a test may want otherwise in a host.</summary>
public sealed record KairosHostSetup
{
    public string Hocon { get; init; } = "";

    public FakeTimeProvider Time { get; init; } = new();

    public Action<KairosOptions> Options { get; init; } = _ => { };

    public bool TelemetryFirst { get; init; }
}

/// <summary>A generic host with Kairos and OpenTelemetry, set up as an application does it.</summary>
public sealed class KairosHost : IAsyncDisposable
{
    private readonly IHost _host;

    private KairosHost(KairosHostSetup setup)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(Log);
        if (setup.TelemetryFirst) AddTelemetry(builder.Services);
        builder.Services.AddKairos(options =>
        {
            options.TimeProvider = setup.Time;
            setup.Options(options);
        });
        builder.Services.AddAkka("agent", akka => akka
            .AddHocon(SuiteHocon.Extra, HoconAddMode.Prepend)
            .AddHocon(setup.Hocon, HoconAddMode.Prepend)
            .ConfigureLoggers(loggers => loggers.ClearLoggers())
            .WithKairos());
        if (!setup.TelemetryFirst) AddTelemetry(builder.Services);
        _host = builder.Build();
        Time = setup.Time;
    }

    public FakeTimeProvider Time { get; }

    public MetricCollector Metrics { get; } = new();

    public LogLines Log { get; } = new();

    public IServiceProvider Services => _host.Services;

    public IKairos Kairos => Services.GetRequiredService<IKairos>();

    public ActorSystem System => Services.GetRequiredService<ActorSystem>();

    public static async Task<KairosHost> StartAsync(KairosHostSetup? setup = null)
    {
        var host = NotStarted(setup);
        await host._host.StartAsync();
        return host;
    }

    public static KairosHost NotStarted(KairosHostSetup? setup = null) => new(setup ?? new KairosHostSetup());

    /// <summary>Tells the supervisor something, as any actor may.</summary>
    public void Tell(object message) => Kairos.Supervisor.Tell(message, ActorRefs.NoSender);

    public void Fail(string component, int times = 1, ErrorCode code = ErrorCode.LlmError)
    {
        for (var i = 0; i < times; i++) Tell(new ComponentProtocol.ReportError(component, new KairosError(code, "provoked")));
    }

    /// <summary>Waits for all that was told, collects, and returns the series of one metric.</summary>
    public async Task<IReadOnlyDictionary<string, double>> Collect(string metric)
    {
        await Kairos.DrainAsync();
        return Metrics.Collect(metric);
    }

    public Task StopAsync() => _host.StopAsync();

    public void Dispose() => _host.Dispose();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private void AddTelemetry(IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddKairosInstrumentation().AddReader(Metrics.Reader));
}
