using Akka.Hosting;
using Kairos.Host.Running;
using Kairos.TestUtilities.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>
/// An application with calls and a worker of its own, which a journal has not: it shows the metrics of guarded calls, of recoveries and of
/// restarts. Its planner fails and is tried again, is called beyond the budget of its turns, and once its actor crashes; its memory fails for good; its tools
/// have a limit that most of their calls wait for. It runs in a time-lapse.
/// </summary>
internal sealed class AgentApplication : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50); // three seconds, seen by its clock

    private readonly IHost _host;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _traffic;

    private AgentApplication(IHost host, int port)
    {
        _host = host;
        Port = port;
        _traffic = CallAsync(host.Services.GetRequiredService<IKairos>(), _stopping.Token);
    }

    public int Port { get; }

    public static async Task<AgentApplication> StartAsync()
    {
        var port = FreePorts.Take();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKairos(Configure);
        builder.AddKairosTelemetry(options => (options.Exporter, options.Prometheus) = (TelemetryExporter.None, new PrometheusOptions { Enabled = true, Port = port }));
        builder.Services.AddAkka("agent", akka => akka.AddHocon("akka { loglevel = off, stdout-loglevel = off }", HoconAddMode.Prepend).WithKairos());
        var host = builder.Build();
        await host.StartAsync();
        return new AgentApplication(host, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _traffic;
        await _host.StopAsync();
        _host.Dispose();
        _stopping.Dispose();
    }

    private static void Configure(KairosOptions options)
    {
        options.TimeProvider = new AcceleratedTimeProvider(TimeLapse.Speed);
        var hasCrashed = 0;
        options.Recorder = (component, _, _, _) => // runs within the actor: nothing else of an application's could make one of Kairos' own crash
        {
            if (component == "planner" && Interlocked.Exchange(ref hasCrashed, 1) == 0) throw new InvalidOperationException("a defect");
        };
        options.Component("tools", component => component with
        {
            Call = component.Call with { Rate = new RatePolicy { Requests = 1, Per = TimeSpan.FromDays(1), MaxWait = TimeSpan.FromDays(1) } },
        });
        options.Component("planner"); // from the start: to be made at its first call it has 5 s, which are 0.1 s here
        options.Defaults(component => component with { Call = component.Call with { Retry = new RetryPolicy { Budget = 0 } } });
    }

    private static async Task CallAsync(IKairos kairos, CancellationToken stopping)
    {
        using var pace = new PeriodicTimer(Pace);
        var waiting = Enumerable.Range(0, 3).Select(_ => kairos["tools"].TryExecuteAsync(_ => ValueTask.CompletedTask, stopping).AsTask()).ToList();
        try
        {
            while (await pace.WaitForNextTickAsync(stopping))
            {
                var attempts = 0;
                await kairos["planner"].TryExecuteAsync(_ => attempts++ == 0 ? throw new TimeoutException() : ValueTask.CompletedTask, stopping);
                await kairos["memory"].TryExecuteAsync(_ => throw new IOException("the disk is gone"), stopping);
                using (CallBudget.Begin(attempts: 1))
                {
                    for (var i = 0; i < 2; i++) await kairos["planner"].TryExecuteAsync(_ => ValueTask.CompletedTask, stopping);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The day is over.
        }

        await Task.WhenAll(waiting); // they end without an exception
    }
}
