using System.Diagnostics;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Kairos.Tests.Hosting;

/// <summary>How an application gets hold of Kairos.</summary>
public sealed class FrontDoorSpecs
{
    [Fact]
    public async Task The_supervisor_is_a_required_actor_under_the_name_of_the_front_door()
    {
        await using var host = await KairosHost.StartAsync();

        var required = host.Services.GetRequiredService<IRequiredActor<IKairos>>();

        Assert.Equal(host.Kairos.Supervisor, await required.GetAsync());
        Assert.EndsWith("/user/kairos", required.ActorRef.Path.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, (await required.ActorRef.Ask<ComponentProtocol.AllSnapshots>(ComponentProtocol.GetAll.Instance)).Snapshots.Count);
    }

    [Fact]
    public async Task The_front_door_is_one_for_the_whole_container()
    {
        await using var host = await KairosHost.StartAsync();

        Assert.Same(host.Services.GetRequiredService<IKairos>(), host.Services.GetRequiredService<IKairos>());
    }

    [Fact]
    public async Task The_guard_of_every_component_is_a_keyed_service()
    {
        await using var host = await KairosHost.StartAsync();

        var guard = host.Services.GetRequiredKeyedService<ComponentGuard>("tools/search");
        await guard.ExecuteAsync(static _ => ValueTask.CompletedTask);

        Assert.Equal("tools/search", guard.Component);
        Assert.NotNull(host.Kairos["tools/search"].Snapshot);
        Assert.Throws<ArgumentException>(() => host.Services.GetRequiredKeyedService<ComponentGuard>("No Name"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hosted_service_uses_the_guards_that_it_has_injected_from_its_start_on(bool hasAkka)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKairos();
        if (hasAkka) builder.Services.AddAkka("agent", akka => akka.ConfigureLoggers(loggers => loggers.ClearLoggers()).WithKairos());
        builder.Services.AddHostedService<GuardedService>();
        using var host = builder.Build();

        await host.StartAsync();

        Assert.NotNull(host.Services.GetRequiredService<IKairos>()["llm"].Snapshot);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_guard_that_was_used_too_early_is_good_once_Kairos_has_started()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKairos(options => options.Classifier = ErrorClassifier.Default.WithRule((_, in _) => new KairosError(ErrorCode.MemoryError, "judged")));
        using var host = builder.Build();
        var guard = host.Services.GetRequiredService<IKairos>()["tools"]["search"];
        Assert.Throws<InvalidOperationException>(() => guard.Snapshot);

        await host.StartAsync();

        var outcome = await guard.TryExecuteAsync<int>(static _ => throw new IOException());
        Assert.Equal("judged", outcome.Error!.Message);
        Assert.NotNull(host.Services.GetRequiredService<IKairos>()["tools/search"].Snapshot);
        await host.StopAsync();
    }

    [Fact]
    public async Task Options_of_several_calls_add_up()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKairos(options => options.Component("speech"));
        builder.Services.AddKairos(options => options.MaxComponents = 7);
        builder.Services.AddAkka("agent", akka => akka
            .ConfigureLoggers(loggers => loggers.ClearLoggers())
            .WithKairos(options => options.Component("vision")));
        using var host = builder.Build();
        await host.StartAsync();

        var settings = host.Services.GetRequiredService<IKairos>().Settings;

        Assert.Equal(7, settings.MaxComponents);
        Assert.Equal(["llm", "memory", "speech", "tools", "vision"], settings.Components.AsEnumerable());
        await host.StopAsync();
    }

    [Fact]
    public async Task WithKairos_alone_gives_the_system_a_Kairos_of_its_own()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka("agent", akka => akka
            .ConfigureLoggers(loggers => loggers.ClearLoggers())
            .WithKairos(options => options.Component("speech")));
        using var host = builder.Build();
        await host.StartAsync();

        var supervisor = await host.Services.GetRequiredService<IRequiredActor<IKairos>>().GetAsync();
        var all = await supervisor.Ask<ComponentProtocol.AllSnapshots>(ComponentProtocol.GetAll.Instance);

        Assert.Contains("speech", all.Snapshots.Select(snapshot => snapshot.Component));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_host_that_stops_gives_the_drain_a_minute()
    {
        await using var host = await KairosHost.StartAsync(new() { Hocon = "akka.coordinated-shutdown.phases.before-service-unbind.timeout = 7s" });

        var phases = host.System.Settings.Config.GetConfig("akka.coordinated-shutdown.phases");
        Assert.Equal(60, phases.GetTimeSpan("service-requests-done.timeout").TotalSeconds);
        Assert.Equal(7, phases.GetTimeSpan("before-service-unbind.timeout").TotalSeconds);
    }

    [Fact]
    public void Spans_of_Kairos_are_heard_by_a_tracer_provider_that_was_told_of_it()
    {
        using var source = new ActivitySource(MetricNames.Source);
        using var provider = Sdk.CreateTracerProviderBuilder().AddKairosInstrumentation().Build();

        using var span = source.StartActivity("call");

        Assert.NotNull(span);
    }

    private sealed class GuardedService([FromKeyedServices("llm")] ComponentGuard llm) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken) => await llm.ExecuteAsync(static _ => ValueTask.CompletedTask, cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
