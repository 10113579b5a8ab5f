using Kairos.Errors;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Running;

/// <summary>Whoever writes an error's text must not be able to move a cursor, ring a bell, forge a line or turn the direction of writing.</summary>
public sealed class ControlCharactersTests
{
    // As JSON writes them: escape sequences, a bell, a forged line, C1, direction marks, a line separator.
    private const string Hostile = "\\u001b[31m\\u001b]0;title\\u0007\\r\\n12:00:00.000 info: forged\\u009b1m\\u202e\\u2066\\u200f\\u2028end";

    private static readonly string Raw = System.Text.Json.JsonSerializer.Deserialize<string>($"\"{Hostile}\"")!;

    [Fact]
    public async Task None_reaches_the_terminal_from_a_journal()
    {
        const string Lines =
            """
            {"component":"llm","event":"error","code":"timeout","message":"HOSTILE"}
            {"component":"llm","event":"health","status":"unhealthy","message":"HOSTILE"}
            {"component":"llm","event":"error","code":"HOSTILE"}
            {"component":"HOSTILE","event":"success"}
            {"HOSTILE":1}
            {"at":"HOSTILE","component":"llm","event":"success"}
            """;
        string[] told = ["llm error timeout", "llm health healthy -> unhealthy", "-:3: 'code' is '", "-:4: 'component' is '", "-:5: unknown field '", "-:6: 'at' is '"];

        var result = await HostRun.RunAsync(new HostStart("run", "--events", "-"), Lines.Replace("HOSTILE", Hostile, StringComparison.Ordinal));

        Assert.Equal(4, result.ExitCode);
        AssertPlain(result);
        Assert.All(told, words => Assert.Contains(words, result.Errors, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "config", "kairos.service.name = \"\"\"HOSTILE\"\"\"")]
    [InlineData(2, "config", "kairos.\"HOSTILE\" = 1")]
    [InlineData(2, "run", "kairos.telemetry.exporter = \"\"\"HOSTILE\"\"\"")]
    [InlineData(2, "run", "kairos.components.\"HOSTILE\" {}")]
    [InlineData(2, "run", "akka.loglevel = \"\"\"HOSTILE\"\"\"")]
    [InlineData(0, "config", "\"HOSTILE\" = 1")]
    [InlineData(2, "run --HOSTILE", "")]
    [InlineData(2, "run --events HOSTILE", "")]
    public async Task Nor_from_a_file_or_an_argument(int code, string arguments, string hocon)
    {
        using var folder = new TempFolder();
        var text = Raw.Replace("\n", hocon.Contains("\"\"\"", StringComparison.Ordinal) ? "\n" : "", StringComparison.Ordinal);
        var file = folder.Write("my.conf", hocon.Replace("HOSTILE", text, StringComparison.Ordinal));
        string[] all = [.. arguments.Split(' ').Select(argument => argument.Replace("HOSTILE", Raw, StringComparison.Ordinal)), "--config", file];

        var result = await HostRun.RunAsync(all);

        Assert.True(code == result.ExitCode, $"{result}");
        AssertPlain(result);
        Assert.Contains("forged", result.Output + result.Errors, StringComparison.OrdinalIgnoreCase);
    }

    private static void AssertPlain(ProgramResult result)
    {
        var text = result.Errors + result.Output;
        Assert.Equal(Redaction.Printable(text), text);
        Assert.DoesNotContain(result.OutputLines.Concat(result.ErrorLines), line => line.StartsWith("12:00:00.000", StringComparison.Ordinal));
    }
}
