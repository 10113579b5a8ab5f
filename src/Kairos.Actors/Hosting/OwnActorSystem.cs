using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Hosting.Logging;
using Kairos.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kairos.Hosting;

/// <summary>
/// Gives Kairos an actor system of its own in an application that registers none. Where it registers one, tells, once all services have
/// started, that Kairos was not started in it.
/// </summary>
internal sealed class OwnActorSystem(IServiceProvider services, KairosInstance kairos, ILoggerFactory loggers) : IHostedLifecycleService
{
    private static readonly Config Settings = ConfigurationFactory.ParseString(KairosHostingExtensions.LeaveSignalsToTheHost + """

        akka.stdout-loglevel = OFF
        akka.loggers = ["Akka.Hosting.Logging.LoggerFactoryLogger, Akka.Hosting"]
        """);

    private ActorSystem? _system;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (kairos.HasStarted || services.GetService<IServiceProviderIsService>()?.IsService(typeof(ActorSystem)) is true) return Task.CompletedTask;
        var bootstrap = BootstrapSetup.Create().WithConfig(Settings.WithFallback(KairosReference.Config));
        _system = ActorSystem.Create("kairos", ActorSystemSetup.Create(bootstrap, new LoggerFactorySetup(loggers)));
        kairos.Start(_system, loggers.CreateLogger(MetricNames.Source));
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        kairos.IsForgotten = !kairos.HasStarted;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        _system is null ? Task.CompletedTask : CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
