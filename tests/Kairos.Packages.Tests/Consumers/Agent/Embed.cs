using Akka.Hosting;
using Kairos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

internal static class Embed
{
    public static async Task RunAsync()
    {
        // snippet: README.md embed
    }

    private static ValueTask<string> AskModelAsync(string prompt, CancellationToken cancellationToken) => new($"You asked: {prompt}");
}
