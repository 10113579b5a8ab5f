using Akka.Actor;
using Akka.Hosting;
using Kairos.Telemetry.Tests.Export;
using Kairos.TestUtilities.Collecting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

#pragma warning disable CA1848 // the snippets log as their readers do

namespace Kairos.Telemetry.Tests;

/// <summary>Telemetry of applications that embed Kairos, against a collector: all three signals arrive, to the last error.</summary>
[Collection(InThisProcess.Name)]
public sealed class EmbeddingTests
{
    private const string Timeouts = "kairos.errors.total{component=llm,error.code=timeout,recoverable=true}";

    [Fact]
    public async Task A_hosted_application_exports_by_one_call()
    {
        await using var receiver = await OtlpCollector.StartAsync();
        var collector = receiver.Grpc;

        // snippet: hosted
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddKairos();
        builder.AddKairosTelemetry(options =>
        {
            options.Exporter = TelemetryExporter.Otlp;
            options.Otlp.Endpoint = collector;
        });
        builder.Services.AddAkka("agent", akka => akka.WithKairos());
        // end

        using var host = builder.Build();
        await host.StartAsync();
        var kairos = host.Services.GetRequiredService<IKairos>();
        for (var i = 0; i < 1000; i++) kairos["llm"].ReportError(new KairosError(ErrorCode.Timeout, "no answer"));
        await Assert.ThrowsAnyAsync<Exception>(async () => await kairos["tools"].ExecuteAsync(_ => ValueTask.FromException(new InvalidDataException())));
        await host.StopAsync();

        Assert.Equal(1000, LastMetrics(receiver)[Timeouts]);
        Assert.Equal(0, LastMetrics(receiver)["kairos.telemetry.export.failures{signal=logs}"]);
        Assert.Contains(Spans(receiver), name => name == "tools call");
        Assert.Contains(Records(receiver), text => text.StartsWith("llm circuit closed -> open (failures) #1", StringComparison.Ordinal));
        Assert.Contains("llm: 990 more errors were not logged", Records(receiver));
    }

    [Fact]
    public async Task A_program_without_a_host_does_so_too()
    {
        await using var receiver = await OtlpCollector.StartAsync();
        await RunAsync(receiver.Grpc);

        Assert.Equal(1, LastMetrics(receiver)[Timeouts]);
        Assert.Contains("exported with the metrics and the traces", Records(receiver));
        var resource = receiver.Metrics.All[^1].Message.ResourceMetrics[0].Resource.Attributes.ToDictionary(pair => pair.Key, pair => pair.Value.StringValue);
        Assert.Equal(("my-agent", "1.0.0"), (resource["service.name"], resource["service.version"]));

        static async Task RunAsync(string collector)
        {
            // snippet: init
            await using var telemetry = KairosTelemetry.Init("my-agent", "1.0.0", options =>
            {
                options.Exporter = TelemetryExporter.Otlp;
                options.Otlp.Endpoint = collector;
            });

            var system = ActorSystem.Create("agent");
            var kairos = system.UseKairos();
            kairos["llm"].ReportError(new KairosError(ErrorCode.Timeout, "no answer in 100 s"));
            telemetry.LoggerFactory.CreateLogger("agent").LogInformation("exported with the metrics and the traces");

            await system.Terminate(); // drains; disposing the telemetry, after it, exports what is left
            // end
        }
    }

    [Fact]
    public async Task A_host_that_is_only_disposed_exports_to_the_last_error_as_well()
    {
        await using var receiver = await OtlpCollector.StartAsync();
        var application = await Application.StartAsync(Otlp(receiver.Grpc));
        for (var i = 0; i < 100_000; i++) application.Kairos["llm"].ReportError(new KairosError(ErrorCode.Timeout, ""));

        await application.AbandonAsync();

        Assert.Equal(100_000, LastMetrics(receiver)[Timeouts]);
    }

    [Fact]
    public async Task A_collector_that_never_answers_delays_no_call_and_no_stop_beyond_its_limit()
    {
        await using var receiver = await OtlpCollector.StartAsync();
        receiver.Behaviour = Behaviour.NeverAnswers;
        await using var application = await Application.StartAsync(Otlp(receiver.Grpc) + (options =>
        {
            options.ShutdownTimeout = TimeSpan.FromSeconds(1);
            options.MetricsInterval = TimeSpan.FromMilliseconds(50);
        }));
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await receiver.Metrics.WaitForAllAsync(all => all.Count > 0, timeout.Token); // one export hangs from here on

        await application.Kairos["llm"].ExecuteAsync(_ => ValueTask.CompletedTask, timeout.Token); // the first one may wait for the component
        for (var i = 0; i < 10_000; i++)
        {
            var call = application.Kairos["llm"].ExecuteAsync(_ => ValueTask.CompletedTask, timeout.Token);
            Assert.True(call.IsCompletedSuccessfully, "a call waits for no exporter");
        }

        await application.StopAsync().WaitAsync(timeout.Token);

        Assert.Contains(application.Log.Lines, line => line.StartsWith("Warning: what was left to export of metrics", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_export_ends_at_the_export_timeout_where_that_is_shorter_than_the_requests()
    {
        await using var receiver = await OtlpCollector.StartAsync();
        receiver.Behaviour = Behaviour.NeverAnswers;
        await using var application = await Application.StartAsync(Otlp(receiver.Grpc) + (options =>
        {
            options.Otlp.Timeout = TimeSpan.FromHours(1);
            options.ExportTimeout = TimeSpan.FromMilliseconds(200);
            options.MetricsInterval = TimeSpan.FromMilliseconds(50);
        }));
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        await receiver.Metrics.WaitForAllAsync(all => all.Count >= 3, timeout.Token); // the third comes only when two have been given up

        Assert.Contains(application.Log.Lines, line => line.Contains("an export of metrics failed (no answer in time)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_retries_in_memory_a_passing_fault_costs_no_span_and_no_record()
    {
        await using var receiver = await OtlpCollector.StartAsync();
        receiver.Behaviour = Behaviour.Unavailable;
        var application = await Application.StartAsync(Otlp(receiver.Grpc) + (options =>
        {
            (options.Otlp.Retry, options.Otlp.Timeout) = (OtlpRetry.Memory, TimeSpan.FromSeconds(30));
            options.ExportTimeout = TimeSpan.FromSeconds(30);
            options.ShutdownTimeout = TimeSpan.FromSeconds(30);
        }));
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await application.Kairos["llm"].ExecuteAsync(_ => ValueTask.CompletedTask, timeout.Token);
        await receiver.Traces.WaitForAllAsync(all => all.Count >= 1, timeout.Token);
        receiver.Behaviour = Behaviour.Accepts;

        await application.DisposeAsync();

        Assert.Equal(["llm call"], Spans(receiver));
        Assert.NotEqual(receiver.Traces.All.Count, receiver.Traces.Accepted.Count);
    }

    [Fact]
    public async Task With_retries_on_disk_what_was_not_sent_is_kept_for_later()
    {
        var folder = Directory.CreateTempSubdirectory("kairos-test-");
        await using var receiver = await OtlpCollector.StartAsync();
        receiver.Behaviour = Behaviour.Unavailable;
        var application = await Application.StartAsync(
            Otlp(receiver.Grpc) + (options => (options.Otlp.Retry, options.Otlp.RetryDirectory) = (OtlpRetry.Disk, folder.FullName)));
        await application.Kairos["llm"].ExecuteAsync(_ => ValueTask.CompletedTask);

        await application.DisposeAsync();

        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(folder.FullName, "traces"), "*", SearchOption.AllDirectories));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Wrong_options_are_refused_before_anything_is_set_up()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var before = builder.Services.Count;

        var exception = Assert.Throws<SettingsException>(() => builder.AddKairosTelemetry(
            options => (options.Otlp.Endpoint, options.Otlp.Token, options.MetricsInterval) = ("no endpoint", "s3cr3t", TimeSpan.Zero)));

        Assert.Equal(2, exception.Problems.Count);
        Assert.DoesNotContain("s3cr3t", exception.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, builder.Services.Count);
        Assert.Throws<ArgumentException>(() => KairosTelemetry.Init("", "1"));
    }

    [Fact]
    public async Task A_misspelt_variable_is_told_with_the_nearest_and_those_of_the_application_are_its_own()
    {
        const string Misspelt = "KAIROS_TELEMTRY_EXPORTER", Foreign = "KAIROS_AGENT_NAME";
        using var log = new RecordingLogger();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        Environment.SetEnvironmentVariable(Misspelt, "none");
        Environment.SetEnvironmentVariable(Foreign, "mine");
        try
        {
            builder.AddKairosTelemetry(options => options.Prometheus.Enabled = false);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Misspelt, null);
            Environment.SetEnvironmentVariable(Foreign, null);
        }

        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();

        Assert.Equal([$"Warning: variable {Misspelt} is not read; the nearest known one is KAIROS_TELEMETRY_EXPORTER"], log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal)));
    }

    private static Action<KairosTelemetryOptions> Otlp(string endpoint) =>
        options => (options.Exporter, options.Otlp.Endpoint) = (TelemetryExporter.Otlp, endpoint);

    private static SortedDictionary<string, double> LastMetrics(OtlpCollector collector) => MetricValues.Of(collector.Metrics.Accepted[^1].Message);

    private static List<string> Spans(OtlpCollector collector) =>
    [
        .. collector.Traces.Accepted.SelectMany(received => received.Message.ResourceSpans)
            .SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans).Select(span => span.Name),
    ];

    private static List<string> Records(OtlpCollector collector) =>
    [
        .. collector.Logs.Accepted.SelectMany(received => received.Message.ResourceLogs)
            .SelectMany(resource => resource.ScopeLogs).SelectMany(scope => scope.LogRecords).Select(record => record.Body.StringValue),
    ];
}
