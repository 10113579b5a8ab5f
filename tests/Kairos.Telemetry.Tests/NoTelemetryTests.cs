using System.Diagnostics;
using System.Diagnostics.Metrics;
using Kairos.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Kairos.Telemetry.Tests;

[Collection(InThisProcess.Name)]
public sealed class NoTelemetryTests
{
    [Fact]
    public async Task None_builds_no_provider_enables_no_instrument_and_makes_no_span()
    {
        await using var application = await Application.StartAsync(options => options.Exporter = TelemetryExporter.None);
        var (instruments, during) = await UseAsync(application);

        Assert.Equal((null, null, null), (
            application.Services.GetService<MeterProvider>(),
            application.Services.GetService<TracerProvider>(),
            application.Services.GetService<LoggerProvider>()));
        Assert.True(instruments.Count >= 11, "all instruments have been looked at");
        Assert.DoesNotContain(instruments, instrument => instrument.Enabled);
        Assert.Null(during);
    }

    [Fact]
    public async Task With_an_exporter_all_of_them_are_enabled_and_there_is_a_span()
    {
        await using var application = await Application.StartAsync(_ => { });
        var (instruments, during) = await UseAsync(application);

        Assert.All(instruments, instrument => Assert.True(instrument.Enabled, instrument.Name));
        Assert.Equal("llm call", during?.DisplayName);
    }

    /// <summary>Makes a call; returns the instruments that there are, and the span that was current during the call.</summary>
    private static async Task<(List<Instrument> Instruments, Activity? During)> UseAsync(Application application)
    {
        Activity? during = null;
        await application.Kairos["llm"].ExecuteAsync(_ =>
        {
            during = Activity.Current;
            return ValueTask.CompletedTask;
        });
        await application.Kairos.DrainAsync();

        var meter = application.Services.GetRequiredService<KairosInstance>().Meter;
        var instruments = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter, meter)) instruments.Add(instrument); // only looked at, not listened to
        };
        listener.Start();
        Assert.Equal(MetricNames.Source, meter.Name);
        return (instruments, during);
    }
}
