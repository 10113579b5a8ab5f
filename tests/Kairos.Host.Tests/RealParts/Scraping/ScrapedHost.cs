using System.Runtime.InteropServices;
using System.Text;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Ports;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>The real host with <c>/metrics</c> on a port of its own.</summary>
internal sealed class ScrapedHost : IAsyncDisposable
{
    private readonly RunningProgram _process;
    private readonly TempFolder _folder;

    private ScrapedHost(RunningProgram process, TempFolder folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts a host that takes its journal from standard input, live, as long as that is open.</summary>
    public static Task<ScrapedHost> StartLiveAsync() => StartAsync(FreePorts.Take(), null, []);

    /// <summary>
    /// Starts a host that plays a journal so many times as fast. From a file, so that the host's clock stands still until each line is
    /// decided: a busy machine plays it later, but never otherwise.
    /// </summary>
    public static Task<ScrapedHost> PlayAsync(string journal, int speed, int? port = null, params (string Name, string Value)[] variables) =>
        StartAsync(port ?? FreePorts.Take(), journal, variables, "--speed", $"{speed}");

    /// <summary>Writes to the journal of a live host.</summary>
    public async Task FeedAsync(string lines)
    {
        await _process.Input.WriteAsync(Encoding.UTF8.GetBytes(lines + "\n"), _process.WaitTimeout);
        await _process.Input.FlushAsync(_process.WaitTimeout);
    }

    /// <summary>Stops it as a service is stopped.</summary>
    public Task StopAsync()
    {
        _process.Signal(PosixSignal.SIGTERM);
        return _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<ScrapedHost> StartAsync(int port, string? journal, (string Name, string Value)[] variables, params string[] arguments)
    {
        var folder = new TempFolder();
        var events = journal is null ? "-" : folder.Write("journal.jsonl", journal);
        var process = HostProcess.Start(new HostStart(["run", "--events", events, .. arguments])
        {
            Variables = new[]
            {
                ("KAIROS_TELEMETRY_PROMETHEUS_ENABLED", "true"),
                ("KAIROS_TELEMETRY_PROMETHEUS_PORT", $"{port}"),
                ("KAIROS_TELEMETRY_EXPORTER", "none"),
            }.Concat(variables).GroupBy(variable => variable.Item1).ToDictionary(same => same.Key, same => same.Last().Item2),
            WaitTimeout = TimeSpan.FromMinutes(5),
        });
        var host = new ScrapedHost(process, folder, port);
        try
        {
            await process.WaitForErrorsAsync("/metrics\n");
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }
}
