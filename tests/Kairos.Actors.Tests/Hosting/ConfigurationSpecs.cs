using Akka.Hosting;
using Kairos.Hosting;
using Kairos.TestUtilities.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kairos.Tests.Hosting;

/// <summary>A host whose settings are in appsettings.json and in variables, and change while it runs.</summary>
public sealed class ConfigurationSpecs : IDisposable
{
    private const string Prefix = "KAIROS_CONFIGURATION_SPECS_";
    private const string OpenDuration = $"{Prefix}Kairos__Components__llm__Breaker__OpenDuration";

    private readonly TempFolder _folder = new();
    private readonly LogLines _log = new();

    [Fact]
    public async Task AddKairos_alone_is_enough_and_variables_beat_the_file()
    {
        Environment.SetEnvironmentVariable(OpenDuration, "7s");
        try
        {
            using var host = await StartAsync(Failures(3, """, "OpenDuration": "00:00:05" """));
            var (kairos, instance) = (KairosOf(host), host.Services.GetRequiredService<KairosInstance>());

            var llm = kairos.Settings.For("llm").Breaker;
            Assert.Equal((3, 7), (llm.ConsecutiveFailures, llm.OpenDuration.TotalSeconds));
            for (var i = 0; i < 3; i++) kairos["llm"].ReportError(new KairosError(ErrorCode.LlmError, "provoked"));
            await kairos.DrainAsync();
            Assert.Equal(CircuitStatus.Open, kairos["llm"].Snapshot!.Circuit);

            await host.StopAsync();
            Assert.True(instance.HasTerminated);
        }
        finally
        {
            Environment.SetEnvironmentVariable(OpenDuration, null);
        }
    }

    [Fact]
    public async Task An_actor_system_of_the_application_is_used_where_there_is_one()
    {
        using var host = await StartAsync(Failures(3), builder => builder.Services.AddAkka("agent", akka => akka
            .AddHocon("kairos.components.llm.breaker { consecutive-failures = 9, window = 9s }", HoconAddMode.Prepend)
            .ConfigureLoggers(loggers => loggers.ClearLoggers())
            .WithKairos()));

        Assert.Equal("akka://agent/user/kairos", KairosOf(host).Supervisor.Path.ToString());
        Assert.Equal((3, 9), (FailuresOf(host), KairosOf(host).Settings.For("llm").Breaker.Window.TotalSeconds));
        await host.StopAsync();
    }

    [Fact]
    public async Task All_that_is_wrong_stops_the_host_at_its_start()
    {
        var wrong = await Assert.ThrowsAsync<SettingsException>(() => StartAsync("""
            { "Kairos": { "Defaults": { "Breaker": { "Window": 5, "Windows": 1 } }, "Components": { "llm": { "Health": { "OpensCircuit": "maybe" } } } } }
            """));

        Assert.Equal(
            ["Kairos:Components:llm:Health:OpensCircuit", "Kairos:Defaults:Breaker:Window", "Kairos:Defaults:Breaker:Windows"],
            wrong.Problems.Select(problem => problem.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_rewritten_file_is_put_in_force_in_place_with_components_that_are_new_or_gone()
    {
        using var host = await StartAsync(Failures(3));
        var kairos = KairosOf(host);
        kairos["llm"].ReportError(new KairosError(ErrorCode.LlmError, "provoked"));
        kairos["llm"].ReportError(new KairosError(ErrorCode.LlmError, "provoked"));

        await RewriteAsync(host, """{ "Kairos": { "Defaults": { "Breaker": { "ConsecutiveFailures": 4 } }, "Components": { "speech": {} } } }""");
        Assert.Equal((4, 2), (kairos["llm"].Snapshot!.Settings.Breaker.ConsecutiveFailures, kairos["llm"].Snapshot!.ConsecutiveFailures));
        Assert.Equal(["llm", "memory", "speech", "tools"], kairos.Snapshots.Select(snapshot => snapshot.Component));

        await RewriteAsync(host, Failures(2, """, "OpenDuration": "1m" """));
        Assert.Equal((2, CircuitStatus.Closed), (kairos["llm"].Snapshot!.Settings.Breaker.ConsecutiveFailures, kairos["llm"].Snapshot!.Circuit));
        Assert.NotNull(kairos["speech"].Snapshot);
        await host.StopAsync();
        Assert.Contains(_log.All, line => line.Id == 13);
    }

    [Fact]
    public async Task A_file_that_is_watched_is_put_in_force_when_it_changes()
    {
        using var host = await StartAsync(Failures(3), isWatched: true);
        var changed = new TaskCompletionSource();
        _log.Meanwhile = () => changed.TrySetResult();

        _folder.Write("appsettings.json", Failures(6));
        await changed.Task.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(6, FailuresOf(host));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_wrong_file_changes_nothing_and_each_problem_is_logged_once()
    {
        using var host = await StartAsync(Failures(3));
        const string Wrong = """{ "Kairos": { "Defaults": { "Breaker": { "Window": "5", "Mode": "strict" } } } }""";

        await RewriteAsync(host, Wrong);
        await RewriteAsync(host, Wrong);

        Assert.Equal(3, FailuresOf(host));
        await RewriteAsync(host, Failures(6));
        Assert.Equal(6, FailuresOf(host));
        await host.StopAsync();
        Assert.Equal(
            ["Kairos:Defaults:Breaker:Mode", "Kairos:Defaults:Breaker:Window"],
            _log.All.Where(line => line.Id == 5).Select(line => line.Text.Split(" stay in force: ")[1].Split(' ')[0]));
    }

    [Fact]
    public async Task What_was_changed_while_running_stands_above_the_file_and_the_settings_say_so()
    {
        using var host = await StartAsync(Failures(3));
        var kairos = KairosOf(host);
        kairos.Reconfigure(settings => settings.With("llm", c => c with { Breaker = c.Breaker with { ConsecutiveFailures = 7 } }));
        kairos["memory"].Reconfigure(ComponentSettings.Default with { Health = new HealthPolicy { DegradedRate = 77 } });
        await kairos.DrainAsync();

        await RewriteAsync(host, """
            { "Kairos": { "Components": { "llm": { "Breaker": { "ConsecutiveFailures": 4, "Window": "9s" } }, "memory": { "Health": { "DegradedRate": 1, "Hold": "9s" } } } } }
            """);

        Assert.Equal((7, 9), (FailuresOf(host), kairos["llm"].Snapshot!.Settings.Breaker.Window.TotalSeconds));
        Assert.Equal((77, 9), (kairos["memory"].Snapshot!.Settings.Health.DegradedRate, kairos["memory"].Snapshot!.Settings.Health.Hold.TotalSeconds));
        Assert.All(kairos.Snapshots, snapshot => Assert.Equal(kairos.Settings.For(snapshot.Component), snapshot.Settings));
        await host.StopAsync();
    }

    [Fact]
    public async Task What_only_a_start_reads_is_named_once_without_its_value()
    {
        using var host = await StartAsync(Failures(3));
        const string Telemetry = """{ "Kairos": { "Telemetry": { "Otlp": { "Token": "s3cr3t" } }, "MaxComponents": 50 } }""";

        await RewriteAsync(host, Telemetry);
        await RewriteAsync(host, Telemetry);
        await host.StopAsync();

        var line = Assert.Single(_log.All, line => line.Id == 14);
        Assert.EndsWith("started anew: Kairos:MaxComponents, Kairos:Telemetry:Otlp:Token", line.Text, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Failures(int failures, string more = "") =>
        $$"""{ "Kairos": { "Components": { "llm": { "Breaker": { "ConsecutiveFailures": {{failures}}{{more}} } } } } }""";

    private static IKairos KairosOf(IHost host) => host.Services.GetRequiredService<IKairos>();

    private static int FailuresOf(IHost host) => KairosOf(host).Settings.For("llm").Breaker.ConsecutiveFailures;

    private async Task<IHost> StartAsync(string json, Action<IHostApplicationBuilder>? more = null, bool isWatched = false)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddJsonFile(_folder.Write("appsettings.json", json), optional: false, reloadOnChange: isWatched).AddEnvironmentVariables(Prefix);
        builder.Logging.AddProvider(_log);
        builder.Services.AddKairos(builder.Configuration.GetSection("Kairos"));
        more?.Invoke(builder);
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Rewrites the file, which nobody watches, and has it read at once.</summary>
    private async Task RewriteAsync(IHost host, string json)
    {
        _folder.Write("appsettings.json", json);
        ((IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>()).Reload();
        await KairosOf(host).DrainAsync();
    }
}
