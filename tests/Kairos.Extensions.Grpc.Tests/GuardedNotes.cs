using System.Diagnostics.Metrics;
using Grpc.Core;
using Kairos.Extensions.AI.Tests;
using Kairos.Tests.Calls;
using Microsoft.Extensions.DependencyInjection;

namespace Kairos.Extensions.Grpc.Tests;

/// <summary>A server, and a client of the factory's with a guard in it.</summary>
internal sealed class GuardedNotes : IAsyncDisposable
{
    private readonly NotesServer _server;
    private readonly ServiceProvider _services;
    private readonly string _component;

    private GuardedNotes(NotesServer server, AgentSystem system, ServiceProvider services, string component)
    {
        (_server, System, _services, _component) = (server, system, services, component);
        Client = services.GetRequiredService<Notes.NotesClient>();
    }

    public AgentSystem System { get; }

    public Notes.NotesClient Client { get; }

    public NotesService Service => _server.Service;

    public ComponentSnapshot Snapshot => System.Snapshot(_component);

    public static async Task<GuardedNotes> StartAsync(
        Action<KairosOptions>? kairos = null, Action<KairosGrpcOptions>? options = null, TimeProvider? time = null, string component = "tools/notes",
        bool throwsCancellations = false)
    {
        var server = await NotesServer.StartAsync();
        var system = await AgentSystem.StartAsync(time ?? TimeProvider.System, kairos, component);
        var services = new ServiceCollection().AddSingleton(system.Kairos);
        services.AddGrpcClient<Notes.NotesClient>(client => client.Address = server.Url)
            .ConfigureChannel(channel => channel.ThrowOperationCanceledOnCancellation = throwsCancellations)
            .AddKairosInterceptor(component, options);
        return new GuardedNotes(server, system, services.BuildServiceProvider(), component);
    }

    /// <summary>Three attempts with hardly a wait between them, and a circuit that does not open by itself.</summary>
    public static void Retries(KairosOptions options) => options.Defaults(c => c with
    {
        Breaker = new BreakerPolicy { ConsecutiveFailures = 1000 },
        Call = c.Call with { Retry = new RetryPolicy { MaxAttempts = 3, InitialDelay = TimeSpan.FromMilliseconds(1), Jitter = 0, Budget = 0 } },
    });

    public Task<IReadOnlyList<KairosError>> ErrorsAsync() => System.ErrorsAsync(_component);

    /// <summary>Asks for one answer.</summary>
    public async Task<string> AskAsync(CancellationToken cancellationToken = default) =>
        (await Client.AskAsync(new Note(), cancellationToken: cancellationToken).ResponseAsync.Soon()).Text;

    /// <summary>Reads a stream to its end.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(IAsyncStreamReader<Note> stream)
    {
        var texts = new List<string>();
        while (await stream.MoveNext(CancellationToken.None).Soon()) texts.Add(stream.Current.Text);
        return texts;
    }

    /// <summary>How the component's calls have ended, each kind once. Its name must be its own in this process.</summary>
    public IReadOnlyList<string> CallsByOutcome()
    {
        var outcomes = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Kairos" && instrument.Name == "kairos.calls") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (value > 0 && tags.ToArray().Contains(new("component", _component))) outcomes.Add((string)tags.ToArray().Single(tag => tag.Key == "outcome").Value!);
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return outcomes;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server.DisposeAsync();
        await System.DisposeAsync();
    }
}
