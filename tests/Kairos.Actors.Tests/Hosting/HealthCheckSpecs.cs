using Akka.Hosting;
using Kairos.Tests.Calls;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using CheckStatus = Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus;
using Report = Microsoft.Extensions.Diagnostics.HealthChecks.HealthReport;

namespace Kairos.Tests.Hosting;

/// <summary>The health of components as the application's, asked through the real service.</summary>
public sealed class HealthCheckSpecs
{
    [Theory]
    [InlineData(ComponentHealth.Healthy, CheckStatus.Healthy)]
    [InlineData(ComponentHealth.Degraded, CheckStatus.Degraded)]
    [InlineData(ComponentHealth.Unhealthy, CheckStatus.Unhealthy)]
    public async Task Readiness_follows_the_components_and_liveness_does_not(ComponentHealth health, CheckStatus expected)
    {
        using var host = await StartAsync();
        var kairos = host.Services.GetRequiredService<IKairos>();
        kairos["memory"].ReportHealth(health);
        await kairos.DrainAsync().Soon();

        Assert.Equal(expected, (await CheckAsync(host, KairosHealthCheckExtensions.ReadyTag)).Status);
        Assert.Equal(CheckStatus.Healthy, (await CheckAsync(host, KairosHealthCheckExtensions.LiveTag)).Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task It_tells_of_each_component_its_circuit_and_its_health_and_nothing_of_errors()
    {
        using var host = await StartAsync();
        var kairos = host.Services.GetRequiredService<IKairos>();
        for (var i = 0; i < 5; i++) kairos["llm"].ReportError(new KairosError(ErrorCode.LlmError, "the secret text"));
        await kairos.DrainAsync().Soon();

        var entry = (await CheckAsync(host, KairosHealthCheckExtensions.ReadyTag)).Entries["kairos.ready"];

        Assert.Equal((CheckStatus.Unhealthy, "llm is unhealthy", null), (entry.Status, entry.Description, entry.Exception));
        Assert.Equal(["llm", "memory", "tools"], entry.Data.Keys.Order());
        Assert.Equal(
            [("circuit", "open"), ("health", "unhealthy")],
            ((Dictionary<string, string>)entry.Data["llm"]).Select(pair => (pair.Key, pair.Value)).Order());
        Assert.Equal("closed", ((Dictionary<string, string>)entry.Data["memory"])["circuit"]);
        await host.StopAsync();
    }

    [Fact]
    public async Task Only_chosen_components_and_what_is_beneath_them_matter()
    {
        using var host = await StartAsync(checks => checks.AddKairos("llm", "tools/search"));
        var kairos = host.Services.GetRequiredService<IKairos>();
        kairos["tools/search"].ReportSuccess();
        foreach (var other in new[] { "memory", "llm-old", "tools/book" }) await BreakAsync(kairos, other);

        var others = (await CheckAsync(host, KairosHealthCheckExtensions.ReadyTag)).Entries["kairos.ready"];
        await BreakAsync(kairos, "tools/search");
        var chosen = (await CheckAsync(host, KairosHealthCheckExtensions.ReadyTag)).Entries["kairos.ready"];

        Assert.Equal((CheckStatus.Healthy, null), (others.Status, others.Description));
        Assert.Equal(["llm", "tools/search"], others.Data.Keys);
        Assert.Equal((CheckStatus.Unhealthy, "tools/search is unhealthy"), (chosen.Status, chosen.Description));
        await host.StopAsync();
    }

    [Theory]
    [InlineData("lmm", "there is no component 'lmm' (the nearest is 'llm')")]
    [InlineData("tools/serch", "there is no component 'tools/serch' (the nearest is 'tools/search')")]
    [InlineData("llm/sub", "there is no component 'llm/sub' (the nearest is 'llm')")]
    public async Task A_chosen_name_that_no_component_has_is_not_ready_and_the_nearest_is_told(string name, string told)
    {
        using var host = await StartAsync(checks => checks.AddKairos("memory", name));
        var kairos = host.Services.GetRequiredService<IKairos>();
        kairos["tools/search"].ReportSuccess();
        await kairos.DrainAsync().Soon();

        Assert.Equal((CheckStatus.Unhealthy, told), await ReadyAsync(host));
        Assert.Equal(CheckStatus.Healthy, (await CheckAsync(host, KairosHealthCheckExtensions.LiveTag)).Status);

        kairos[name].ReportHealth(ComponentHealth.Degraded); // its first use creates it
        await kairos.DrainAsync().Soon();
        Assert.Equal((CheckStatus.Degraded, $"{name} is degraded"), await ReadyAsync(host));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_missing_name_is_told_beside_what_is_wrong_with_the_others()
    {
        using var host = await StartAsync(checks => checks.AddKairos("memory", "lmm"));
        await BreakAsync(host.Services.GetRequiredService<IKairos>(), "memory");

        Assert.Equal(
            (CheckStatus.Unhealthy, "there is no component 'lmm' (the nearest is 'llm'), memory is unhealthy"), await ReadyAsync(host));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_sub_component_that_is_down_makes_its_parent_degraded_and_readiness_with_it()
    {
        using var host = await StartAsync();
        await BreakAsync(host.Services.GetRequiredService<IKairos>(), "tools/search");

        var entry = (await CheckAsync(host, KairosHealthCheckExtensions.ReadyTag)).Entries["kairos.ready"];

        Assert.Equal((CheckStatus.Degraded, "tools is degraded, tools/search is unhealthy"), (entry.Status, entry.Description));
        await host.StopAsync();
    }

    [Fact]
    public async Task While_Kairos_does_not_run_nothing_is_ready_and_only_a_terminated_system_is_dead()
    {
        using var host = Build(checks => checks.AddKairos());
        Assert.Equal(CheckStatus.Unhealthy, (await CheckAsync(host, KairosHealthCheckExtensions.ReadyTag)).Status);
        Assert.Equal(CheckStatus.Healthy, (await CheckAsync(host, KairosHealthCheckExtensions.LiveTag)).Status);

        await host.StartAsync();
        Assert.Equal(CheckStatus.Healthy, (await CheckAsync(host, KairosHealthCheckExtensions.ReadyTag)).Status);

        await host.Services.GetRequiredService<Akka.Actor.ActorSystem>().Terminate().Soon();
        Assert.Equal(CheckStatus.Unhealthy, (await CheckAsync(host, KairosHealthCheckExtensions.ReadyTag)).Status);
        Assert.Equal(CheckStatus.Unhealthy, (await CheckAsync(host, KairosHealthCheckExtensions.LiveTag)).Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task It_stands_beside_the_checks_of_Akka_Hosting()
    {
        using var host = await StartAsync();
        await BreakAsync(host.Services.GetRequiredService<IKairos>(), "llm");

        var all = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync().Soon();

        Assert.Equal(["akka.actorsystem", "kairos.live", "kairos.ready"], all.Entries.Keys.Order(StringComparer.OrdinalIgnoreCase));
        Assert.Equal(CheckStatus.Healthy, all.Entries["akka.actorsystem"].Status);
        Assert.Equal(CheckStatus.Unhealthy, all.Entries["kairos.ready"].Status);
        await host.StopAsync();
    }

    [Fact]
    public void A_name_that_is_none_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddHealthChecks().AddKairos("Not a name"));

    private static async Task<IHost> StartAsync(Action<IHealthChecksBuilder>? checks = null)
    {
        var host = Build(checks ?? (builder => builder.AddKairos()));
        await host.StartAsync();
        return host;
    }

    private static IHost Build(Action<IHealthChecksBuilder> checks)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKairos(options => options.TimeProvider = new FakeTimeProvider());
        builder.Services.AddAkka("agent", akka => akka
            .ConfigureLoggers(loggers => loggers.ClearLoggers())
            .WithKairos()
            .WithActorSystemLivenessCheck());
        checks(builder.Services.AddHealthChecks());
        return builder.Build();
    }

    private static async Task BreakAsync(IKairos kairos, string component)
    {
        kairos[component].Isolate();
        await kairos.DrainAsync().Soon();
    }

    private static async Task<(CheckStatus Status, string? Description)> ReadyAsync(IHost host)
    {
        var entry = (await CheckAsync(host, KairosHealthCheckExtensions.ReadyTag)).Entries["kairos.ready"];
        return (entry.Status, entry.Description);
    }

    private static Task<Report> CheckAsync(IHost host, string tag) => host.Services
        .GetRequiredService<HealthCheckService>().CheckHealthAsync(registration => registration.Tags.Contains(tag)).Soon();
}
