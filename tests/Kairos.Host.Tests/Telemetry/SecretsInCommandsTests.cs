using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>What the commands say with secrets at hand, be they well or badly written.</summary>
public sealed class SecretsInCommandsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(0, "config")]
    [InlineData(0, "--help")]
    [InlineData(3, "replay -")]
    [InlineData(2, "run --events nowhere.jsonl")]
    [InlineData(2, "run --loud")]
    [InlineData(2, "config", "KAIROS_TELEMETRY_EXPORTER", "otpl")]
    [InlineData(2, "run", "KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS", "often")]
    [InlineData(2, "run", "KAIROS_TELEMETRY_OTLP_HEADERS", "x-key=" + Secrets.Header + ",no pair")]
    [InlineData(2, "run", "KAIROS_TELEMETRY_OTLP_USER", "somebody:" + Secrets.Password)]
    [InlineData(2, "run", "KAIROS_TELEMETRY_OTLP_ENDPOINT", "http://somebody:" + Secrets.Password + "@127.0.0.1:4317")]
    [InlineData(2, "config", "KAIROS_TELEMETRY_OTLP_ENDPOINT", "https://" + Secrets.Password + "@127.0.0.1:4317")]
    [InlineData(2, "run", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://somebody:" + Secrets.Password + "@127.0.0.1:4317")]
    [InlineData(2, "run", "OTEL_EXPORTER_OTLP_HEADERS", Secrets.Header)]
    [InlineData(0, "config", "OTEL_EXPORTER_OTLP_HEADERS", "x-other=" + Secrets.Password)]
    public async Task No_command_tells_them_right_or_wrong(int exitCode, string arguments, string? variable = null, string value = "")
    {
        var variables = Secrets.InVariables.Append(("KAIROS_TELEMETRY_EXPORTER", "otlp")).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        if (variable is not null) variables[variable] = value;

        var result = await HostRun.RunAsync(new HostStart(arguments.Split(' ')) { Variables = variables }, "not a journal");

        Assert.Equal(exitCode, result.ExitCode);
        Secrets.AssertNone(result);
    }

    [Theory]
    [InlineData(0, "config", "")]
    [InlineData(2, "config", "kairos.telemetry.otlp.tokn = \"" + Secrets.Token + "\"")]
    [InlineData(2, "run", "kairos.telemetry.otlp.token = [\"" + Secrets.Token + "\"]")]
    [InlineData(2, "run", "kairos.telemetry.otlp.endpoint = \"http://somebody:" + Secrets.Password + "@127.0.0.1:4317\"")]
    [InlineData(2, "run", "kairos.telemetry.otlp.token = \"" + Secrets.Token)]
    [InlineData(2, "run", "kairos.telemetry.otlp.token \"" + Secrets.Token + "\"")]
    [InlineData(2, "config", "kairos.llm.api-key." + Secrets.Token + " = 1")]
    [InlineData(2, "run", "kairos.agent.mcp.files.env { \"TOKEN=" + Secrets.Token + "\" }")]
    [InlineData(2, "run", "kairos.telemetry.otlp.endpoint = \"http://127.0.0.1:4317/?k=" + Secrets.Password + "\"")]
    [InlineData(2, "replay -", "kairos.telemetry.otlp.headers = \"x-key=" + Secrets.Header + "%0A\"")]
    [InlineData(3, "replay -", "kairos.defaults.breaker.consecutive-failures = 1")]
    public async Task No_file_tells_them_right_or_wrong(int exitCode, string arguments, string hocon)
    {
        var result = await HostRun.RunAsync(new HostStart([.. arguments.Split(' '), "--config", Write(hocon)]), "not a journal");

        Assert.Equal(exitCode, result.ExitCode);
        Secrets.AssertNone(result);
    }

    [Theory]
    [Trait(Parts.Trait, Parts.Real)]
    [InlineData("akka.loglevel = LOUD")]
    [InlineData("akka.loglevel = \"Password=" + Secrets.Password + "\"")]
    public async Task Nor_does_an_actor_system_that_does_not_start(string hocon)
    {
        var result = await HostProcess.RunAsync("run", "--config", Write(hocon));

        Assert.Equal(2, result.ExitCode);
        Secrets.AssertNone(result);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string hocon) => _folder.Write("my.conf", $"{Secrets.InFile}\n{hocon}\n");
}
