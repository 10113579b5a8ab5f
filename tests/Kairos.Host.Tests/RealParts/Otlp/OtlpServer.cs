using System.Text.Json;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.RealParts.Otlp;

/// <summary>A receiver of OTLP that knows nothing of Kairos: what it took in, in its own words, is what arrived.</summary>
internal sealed class OtlpServer : IAsyncDisposable
{
    private readonly RunningProgram _process;

    private OtlpServer(RunningProgram process, JsonElement addresses)
    {
        _process = process;
        Grpc = addresses.GetProperty("grpc").GetString()!;
        Http = addresses.GetProperty("http").GetString()!;
    }

    /// <summary><c>host:port</c> for gRPC.</summary>
    public string Grpc { get; }

    /// <summary><c>host:port</c> for http/protobuf.</summary>
    public string Http { get; }

    public static async Task<OtlpServer> StartAsync()
    {
        var process = OutsideTool.Node.Start(TimeSpan.FromSeconds(60), OutsideTool.OtlpServer.Require());
        try
        {
            var output = await process.Output.WaitForAsync(text => text.Contains('\n', StringComparison.Ordinal), process.WaitTimeout);
            return new OtlpServer(process, Parse(output).Single(line => line.Kind == "started").Content);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it took in so far of a kind: <c>request</c>, <c>metrics</c>, <c>traces</c> or <c>logs</c>.</summary>
    public IReadOnlyList<JsonElement> Received(string kind) => Of(kind, _process.Output.Text);

    /// <summary>Waits until what it took in of a kind satisfies a condition: it answers an exporter before it tells what it was sent.</summary>
    public async Task<IReadOnlyList<JsonElement>> WaitForAsync(string kind, Func<IReadOnlyList<JsonElement>, bool> isEnough)
    {
        try
        {
            return Of(kind, await _process.Output.WaitForAsync(text => isEnough(Of(kind, text)), _process.WaitTimeout));
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"These {kind} are not all that was expected:\n{string.Join('\n', Received(kind))}\n{_process.Errors.Text}");
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static List<JsonElement> Of(string kind, string output) => [.. Parse(output).Where(line => line.Kind == kind).Select(line => line.Content)];

    /// <summary>The whole lines; one that is still being written is left out.</summary>
    private static IEnumerable<(string Kind, JsonElement Content)> Parse(string output)
    {
        foreach (var line in output[..(output.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var json = JsonDocument.Parse(line).RootElement;
            yield return (json.GetProperty("kind").GetString()!, json.GetProperty("content"));
        }
    }
}
