using Akka.Configuration;
using Kairos.Configuration;
using Kairos.Telemetry.Configuration;
using Kairos.TestUtilities.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kairos.Telemetry.Tests.Configuration;

/// <summary>Telemetry from the section that AddKairos was given.</summary>
[Collection(InThisProcess.Name)]
public sealed class ConfiguredTelemetryTests
{
    private static readonly Dictionary<string, string> Samples = new()
    {
        ["telemetry.exporter"] = "none",
        ["telemetry.otlp.endpoint"] = "collector:1",
        ["telemetry.otlp.protocol"] = "http/protobuf",
        ["telemetry.otlp.headers"] = "a=b",
        ["telemetry.otlp.compression"] = "gzip",
        ["telemetry.otlp.retry"] = "memory",
        ["telemetry.metrics.temporality"] = "delta",
        ["telemetry.prometheus.host"] = "127.0.0.1",
        ["telemetry.prometheus.port"] = "9999",
        ["telemetry.resource"] = "a=b",
    };

    public static TheoryData<string> Keys => [.. TelemetryKeys.All.Select(setting => setting.Key).Where(key => !key.Contains("certificate") && !key.EndsWith("client-key"))];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_means_the_same_in_HOCON_configuration_variable_and_code(string key)
    {
        var setting = TelemetryKeys.All.Single(setting => setting.Key == key);
        var value = setting.Kind switch
        {
            SettingKind.Duration => "7m",
            SettingKind.Truth => setting.Write(new KairosTelemetryOptions()) == "true" ? "false" : "true",
            _ => Samples.GetValueOrDefault(key, "sample"),
        };
        var configured = setting.Kind switch
        {
            SettingKind.Duration => "00:07:00",
            SettingKind.Truth => ConfigurationSource.Pascal(value),
            SettingKind.Choice => value.ToUpperInvariant().Replace("/", "", StringComparison.Ordinal),
            _ => value,
        };
        var pascal = "Kairos:" + string.Join(':', key.Split('.').Select(ConfigurationSource.Pascal));
        KairosTelemetryOptions[] all =
        [
            Read([HoconSource.Of(ConfigurationFactory.ParseString($"kairos.{key} = \"{value}\""), "HOCON")]),
            Read([ConfigurationSource.Of(Of((pascal, configured)), TelemetryKeys.All)]),
            Read([], variable: name => name == TelemetryKeys.OwnOf(setting).Name ? value == "7m" ? "420" : value : null),
        ];

        Assert.All(all, options => Assert.Equal(value, setting.Write(options)));
        Assert.All(all, options => Assert.Equal(all[0], options));
    }

    [Fact]
    public void Configuration_beats_HOCON_and_is_beaten_by_code()
    {
        var builder = Configured(("Kairos:Telemetry:Metrics:Interval", "00:00:05"), ("Kairos:Service:Name", "configured"));
        var hocon = ConfigurationFactory.ParseString("kairos { telemetry.metrics { interval = 6s, timeout = 7s }\n service.name = hocon }");

        var options = KairosTelemetryExtensions.Read(builder, code => code.ServiceName = "code", hocon).Options;

        Assert.Equal((5, 7, "code"), (options.MetricsInterval.TotalSeconds, options.ExportTimeout.TotalSeconds, options.ServiceName));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_that_of_components_too_and_no_secret()
    {
        var builder = Configured(
            ("Kairos:Telemetry:Otlp:Headers", "s3cr3t"),
            ("Kairos:Telemetry:Exportr", "none"),
            ("Kairos:Telemetry:Metrics:Interval", "5"),
            ("Kairos:Components:llm:Breaker:Window", "5"));
        var before = builder.Services.Count;

        var problems = Assert.Throws<SettingsException>(() => builder.AddKairosTelemetry(options => options.Prometheus.Port = 0)).Problems;

        Assert.Equal(
            [
                "Kairos:Components:llm:Breaker:Window", "Kairos:Telemetry:Exportr", "Kairos:Telemetry:Metrics:Interval", "Kairos:Telemetry:Otlp:Headers",
                "kairos.telemetry.prometheus.port",
            ],
            problems.Select(problem => problem.Key).Order(StringComparer.Ordinal));
        Assert.Contains("Kairos:Telemetry:Exporter", problems.Single(problem => problem.Key.EndsWith("Exportr", StringComparison.Ordinal)).Allowed, StringComparison.Ordinal);
        Assert.DoesNotContain(problems, problem => problem.ToString().Contains("s3cr3t", StringComparison.Ordinal));
        Assert.Equal(before, builder.Services.Count);
    }

    [Fact]
    public async Task To_add_telemetry_before_the_configuration_it_should_read_is_told()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddKairosTelemetry();
        builder.Services.AddKairos(Of(("Kairos:Telemetry:Exporter", "none")));
        using var host = builder.Build();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());

        Assert.Contains("call it after AddKairos()", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_application_has_all_of_it_in_its_appsettings()
    {
        using var folder = new TempFolder();
        folder.Write("appsettings.json", """
            { "Kairos": { "Components": { "llm": { "Breaker": { "ConsecutiveFailures": 3 } } }, "Telemetry": { "Exporter": "None" }, "Service": { "Name": "web" } } }
            """);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder.Path });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddKairos(builder.Configuration);
        builder.AddKairosTelemetry();
        await using var application = builder.Build();
        await application.StartAsync();
        var kairos = application.Services.GetRequiredService<IKairos>();
        Assert.Equal(3, kairos.Settings.For("llm").Breaker.ConsecutiveFailures);

        folder.Write("appsettings.json", """{ "Kairos": { "Components": { "llm": { "Breaker": { "ConsecutiveFailures": 4 } } }, "Telemetry": { "Exporter": "none" } } }""");
        ((IConfigurationRoot)application.Configuration).Reload();
        await kairos.DrainAsync();

        Assert.Equal(4, kairos["llm"].Snapshot!.Settings.Breaker.ConsecutiveFailures);
        Assert.Equal((TelemetryExporter.None, "web"), (SettingsOf(application).Exporter, SettingsOf(application).ServiceName));
        await application.StopAsync();

        static KairosTelemetryOptions SettingsOf(WebApplication application) => application.Services.GetRequiredService<TelemetrySettings>().Options;
    }

    private static HostApplicationBuilder Configured(params (string, string?)[] values)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKairos(Of(values).GetSection("Kairos"));
        return builder;
    }

    private static IConfiguration Of(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))).Build();

    private static KairosTelemetryOptions Read(IReadOnlyList<SettingsSource> sources, Func<string, string?>? variable = null)
    {
        var findings = new Findings();
        var options = new TelemetryReader(variable ?? (_ => null), sources, null, findings).Read("application", "1.2.3").Options;
        Assert.Empty(findings.Problems);
        return options;
    }
}
