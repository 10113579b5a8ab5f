using Akka.Actor;
using Akka.Hosting;
using Kairos.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Kairos.Tests.Hosting;

/// <summary>Who sets Kairos up wrongly reads one sentence about what is wrong, and one about what to do.</summary>
public sealed class SetupMistakeSpecs
{
    private const string NotStarted =
        "Kairos has not started yet: it starts with the actor system of the host. Use it once the host has started, and register hosted services that "
        + "use it behind AddKairos() and AddAkka().";

    private const string NoKairos = "There is no IKairos among the services. Call AddKairos() where they are registered: builder.Services.AddKairos().";

    [Fact]
    public async Task Before_the_host_starts_every_use_says_what_is_missing()
    {
        var host = KairosHost.NotStarted();
        var kairos = host.Kairos;
        Action[] uses =
        [
            () => _ = kairos["llm"].Snapshot,
            () => _ = kairos["llm"].Classifier,
            () => kairos["llm"].Isolate(),
            () => _ = kairos["llm"].ExecuteAsync(static _ => ValueTask.CompletedTask).AsTask(),
            () => _ = kairos["llm"].TryExecuteAsync(static _ => ValueTask.FromResult(1)).AsTask(),
            () => _ = kairos["llm"].EnterAsync().AsTask(),
            () => _ = kairos["llm"].GetSnapshotAsync(),
            () => _ = kairos.Snapshots,
            () => _ = kairos.Settings,
            () => _ = kairos.Supervisor,
            () => _ = kairos.DrainAsync(),
            () => kairos.Remove("llm"),
            () => kairos.Reconfigure(settings => settings),
        ];

        Assert.All(uses, use => Assert.Equal(NotStarted, Assert.Throws<InvalidOperationException>(use).Message));
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_hosted_service_that_starts_before_Akka_is_told_where_it_belongs()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHostedService(services => new EarlyService(() => _ = services.GetRequiredService<IKairos>()["llm"].Snapshot));
        builder.Services.AddKairos();
        builder.Services.AddAkka("agent", akka => akka.ConfigureLoggers(loggers => loggers.ClearLoggers()).WithKairos());
        using var host = builder.Build();

        Assert.Equal(NotStarted, (await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync())).Message);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_hosted_service_behind_Akka_uses_Kairos_from_its_start_on()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKairos();
        builder.Services.AddAkka("agent", akka => akka.ConfigureLoggers(loggers => loggers.ClearLoggers()).WithKairos());
        builder.Services.AddHostedService(services => new EarlyService(() => services.GetRequiredKeyedService<ComponentGuard>("llm").Isolate()));
        using var host = builder.Build();
        await host.StartAsync();

        await host.Services.GetRequiredService<IKairos>().DrainAsync();

        Assert.True(host.Services.GetRequiredService<IKairos>()["llm"].Snapshot!.IsIsolated);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_forgotten_WithKairos_is_told_once_the_host_has_started()
    {
        const string Sentence =
            "Kairos was not started: the application has an actor system of its own, and WithKairos() was not called for it. Call it where that is "
            + "configured: AddAkka(…, akka => akka.WithKairos()).";
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKairos();
        builder.Services.AddAkka("agent", akka => akka.ConfigureLoggers(loggers => loggers.ClearLoggers()));
        using var host = builder.Build();
        await host.StartAsync();

        Assert.Equal(Sentence, Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<IKairos>()["llm"].Isolate).Message);
        Assert.Equal(Sentence, Assert.Throws<InvalidOperationException>(host.Services.GetRequiredKeyedService<ComponentGuard>("llm").Isolate).Message);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_health_check_without_Kairos_says_what_to_call()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHealthChecks().AddKairos();
        using var host = builder.Build();
        var checks = host.Services.GetRequiredService<HealthCheckService>();

        Assert.Equal(NoKairos, (await Assert.ThrowsAsync<InvalidOperationException>(() => checks.CheckHealthAsync())).Message);
    }

    [Fact]
    public async Task A_second_Kairos_of_a_system_is_refused_and_the_first_runs_on()
    {
        using var system = ActorSystem.Create("agent", SuiteHocon.Extra);
        var first = system.UseKairos();

        var second = Assert.Throws<InvalidOperationException>(() => system.UseKairos());

        Assert.Equal(
            "The actor system 'agent' has a Kairos already, and can have one only. Call UseKairos() or WithKairos() once, and use the IKairos that "
            + "UseKairos() returned, or that is injected.",
            second.Message);
        first["llm"].Isolate();
        Assert.True((await first["llm"].GetSnapshotAsync()).IsIsolated);
        await system.Terminate();
    }

    [Fact]
    public async Task WithKairos_twice_for_one_system_is_told_as_such()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKairos();
        builder.Services.AddAkka("agent", akka => akka.ConfigureLoggers(loggers => loggers.ClearLoggers()).WithKairos().WithKairos());
        using var host = builder.Build();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());

        Assert.StartsWith("The actor system 'agent' has a Kairos already, and can have one only. ", refused.Message, StringComparison.Ordinal);
        await host.Services.GetRequiredService<ActorSystem>().Terminate();
    }

    [Fact]
    public async Task One_Kairos_cannot_start_in_a_second_system()
    {
        await using var host = await KairosHost.StartAsync();
        using var other = ActorSystem.Create("other", SuiteHocon.Extra);

        var refused = Assert.Throws<InvalidOperationException>(() =>
            host.Services.GetRequiredService<KairosInstance>().Start(other, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));

        Assert.Equal(
            "Kairos runs in the actor system 'agent' already, so that it cannot start in 'other'. Call WithKairos() for one of them; "
            + "UseKairos() gives the other a Kairos of its own.",
            refused.Message);
        await other.Terminate();
    }

    [Fact]
    public async Task Another_actor_of_its_name_is_named_and_once_it_is_gone_Kairos_starts()
    {
        using var system = ActorSystem.Create("agent", SuiteHocon.Extra);
        var other = system.ActorOf(Props.Empty, "kairos");

        var taken = Assert.Throws<InvalidOperationException>(() => system.UseKairos());

        Assert.Equal(
            "The actor system 'agent' has another actor at /user/kairos, which is where Kairos' supervisor stands. Give that actor another name.",
            taken.Message);
        await other.GracefulStop(TimeSpan.FromSeconds(30));
        var kairos = system.UseKairos();
        kairos["llm"].Isolate();
        Assert.True((await kairos["llm"].GetSnapshotAsync()).IsIsolated);
        await system.Terminate();
    }

    private sealed class EarlyService(Action start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            start();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
