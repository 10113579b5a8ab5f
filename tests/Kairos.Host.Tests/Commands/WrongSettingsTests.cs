using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Commands;

/// <summary>The edge of the program; what is wrong in which way is tested in process, next to what reads it.</summary>
[Collection(HostRun.Spans)] // standard error is compared whole: a span of another host would stand there, too
public sealed class WrongSettingsTests
{
    [Theory]
    [InlineData("run", "kairos.telemetry.exporter = file", "kairos.telemetry.exporter = 'file': allowed is otlp or stdout or none")]
    [InlineData("replay", "kairos.telemtry.exporter = none", "kairos.telemtry.exporter: unknown key; the nearest known one is kairos.telemetry.exporter")]
    [InlineData("config", "kairos { a = [1,2", "kairos.conf:1: '[' is not closed")]
    [InlineData("run", "kairos.service.name = \"open", "kairos.conf:1: a string is not closed")]
    [InlineData("run", "kairos { service.name = x } }", "kairos.conf:1: '}' closes nothing")]
    [InlineData("run", "\nkairos.service.name = ${?HOME}", "kairos.conf:2: substitutions are not supported; write the value itself, or set its variable")]
    [InlineData("config", "include \"other.conf\"", "kairos.conf:1: include is not supported")]
    [InlineData("run", "kairos.telemetry.otlp.endpoint = http://x:4317", "kairos.conf:1: a value that holds ':' must stand in quotes")]
    [InlineData("run", "kairos.max-components = 2", "kairos.max-components = '2': at least as many as are configured, which is 3")]
    public async Task A_wrong_file_stops_every_command_before_it_starts_anything(string command, string hocon, string line)
    {
        using var folder = new TempFolder();
        var file = folder.Write("kairos.conf", hocon);
        string[] arguments = command == "replay" ? [command, "-"] : [command];

        var result = await HostRun.RunAsync([.. arguments, "--config", file]);

        Assert.Equal(new ProgramResult(2, "", line + "\n"), result with { Errors = result.Errors.Replace(file, "kairos.conf", StringComparison.Ordinal) });
    }

    [Theory]
    [InlineData("akka.loglevel = LOUD", "akka: the actor system does not start with that: Unknown LogLevel: \"LOUD\". Valid values are: \"DEBUG\", \"INFO\", \"WARNING\", \"ERROR\" (Parameter 'logLevel')")]
    [InlineData("kairos.dispatcher.throughput = many", "kairos.dispatcher: the actor system does not start with that: The input string 'many' was not in a correct format.")]
    [InlineData("kairos.dispatcher.fixed-thread-pool.thread-count = 0", "kairos.dispatcher: the actor system does not start with that: fixed-thread-pool.thread-count is 0; 1 to 64 are allowed.")]
    [InlineData("akka.actor.serialize-messages = on", "akka.actor.serialize-messages = 'on': allowed is off: what Kairos' actors tell each other stays in the process, and could not be serialized")]
    [InlineData("akka.actor.serialize-creators = true", "akka.actor.serialize-creators = 'on': allowed is off: what Kairos' actors tell each other stays in the process, and could not be serialized")]
    public async Task What_the_actor_system_does_not_start_with_is_told_as_well(string hocon, string line)
    {
        using var folder = new TempFolder();

        var result = await HostRun.RunAsync("run", "--config", folder.Write("kairos.conf", hocon));

        Assert.Equal(new ProgramResult(2, "", line + "\n"), result);
    }

    [Fact]
    public async Task All_problems_are_told_at_once_and_no_secret()
    {
        using var folder = new TempFolder();
        var file = folder.Write("kairos.conf", "kairos { telemetry.otlp { tokn = s3cr3t, timeout = 5 }, defaults.breaker.window = 1ms }");

        var result = await HostRun.RunAsync(new HostStart("run", "--config", file)
        {
            Variables = new Dictionary<string, string>
            {
                ["KAIROS_TELEMETRY_EXPORTER"] = "otpl",
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "s3cr3t",
                ["OTEL_SDK_DISABLED"] = "no",
            },
        });

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal(
            [
                "OTEL_EXPORTER_OTLP_HEADERS = '***': allowed is name=value pairs separated by commas, of printable ASCII; a comma in a value is written %2C",
                "kairos.telemetry.otlp.tokn: unknown key; the nearest known one is kairos.telemetry.otlp.token",
                "kairos.telemetry.otlp.timeout = '5': allowed is a duration with its unit (ms, s, m, h, d) from 1ms to 1d",
                "KAIROS_TELEMETRY_EXPORTER = 'otpl': allowed is otlp or stdout or none",
                "OTEL_SDK_DISABLED = 'no': allowed is true or false",
                "kairos.defaults.breaker.window = '1ms': allowed is a duration with its unit (ms, s, m, h, d) from 1s to 1d",
            ],
            result.ErrorLines);
    }
}
