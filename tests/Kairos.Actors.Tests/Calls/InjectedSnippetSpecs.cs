using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kairos.Tests.Calls;

/// <summary>The snippet of docs/calls.md on guards that are injected, compiled and run.</summary>
public sealed class InjectedSnippetSpecs
{
    [Fact]
    public async Task A_service_has_guards_injected()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<Model>();
        builder.Services.AddKairos();
        builder.Services.AddHostedService<Digest>();
        using var host = builder.Build();

        await host.StartAsync();

        Assert.Equal("What happened today?", await host.Services.GetRequiredService<Model>().Asked.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        await host.StopAsync();
    }
}

// snippet: injected
internal sealed class Digest([FromKeyedServices("llm")] ComponentGuard llm, Model model) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        await llm.ExecuteAsync(model.AskAsync, "What happened today?", stoppingToken);
}
// end

internal sealed class Model
{
    public TaskCompletionSource<string> Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<string> AskAsync(string prompt, CancellationToken cancellationToken)
    {
        Asked.TrySetResult(prompt);
        return new ValueTask<string>("nothing");
    }
}
