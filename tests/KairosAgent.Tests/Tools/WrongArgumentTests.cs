using Kairos.TestUtilities.Collecting;
using KairosAgent.Tests.Chat;

namespace KairosAgent.Tests.Tools;

/// <summary>A model that gives a tool what it cannot take is told so; nothing is tried again, and no tool is blamed.</summary>
public sealed class WrongArgumentTests : IDisposable
{
    private readonly ChatFolder _folder = new();

    [Fact]
    public async Task Wrong_arguments_are_told_are_invalid_input_and_blame_no_tool()
    {
        await using var collector = await OtlpCollector.StartAsync();
        _folder.Write("kairos.conf", "kairos.defaults { breaker.consecutive-failures = 2, call.retry { max-attempts = 3, initial-delay = 1ms } }");

        var result = await _folder.ChatAsync(
            ModelSettings.Exporting(collector),
            "use calculator", """use calculator {"expression":null}""", """use calculator {"expression":5}""", """use calculator {"expression":["1+1"]}""",
            """use calculator {"expression":"zwei"}""", "use http_fetch", """use http_fetch {"url":{"a":1}}""", """use clock {"zone":5}""", "use remember",
            """use recall {"about":true}""", "what is 1+1");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            [
                "The tool 'calculator' was not run: the argument 'expression' is missing",
                "The tool 'calculator' was not run: the argument 'expression' must not be null",
                "The tool 'calculator' was not run: the argument 'expression' does not fit",
                "The tool 'calculator' was not run: the argument 'expression' does not fit",
                "'zwei' cannot be calculated: it holds a name.",
                "The tool 'http_fetch' was not run: the argument 'url' is missing",
                "The tool 'http_fetch' was not run: the argument 'url' does not fit",
            ],
            result.OutputLines[..7].Select(line => line.Split(';')[0]));
        Assert.StartsWith("It is ", result.OutputLines[7], StringComparison.Ordinal);
        Assert.Equal(["Nothing was done: the argument 'fact' is missing.", "Nothing was done: the argument 'about' must be a text.", "1+1 = 2"], result.OutputLines[8..]);
        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        Assert.Equal(5, values["kairos.errors.total{component=tools/calculator,error.code=invalid_input,recoverable=false}"]);
        Assert.Equal(2, values["kairos.errors.total{component=tools/http_fetch,error.code=invalid_input,recoverable=false}"]);
        Assert.Equal(2, values.Keys.Count(key => key.StartsWith("kairos.errors.total", StringComparison.Ordinal)));
        Assert.Equal(5, values["kairos.calls{component=tools/calculator,outcome=ignored}"]);
        Assert.Equal(2, values["kairos.circuitbreaker.state{component=tools/calculator}"]);
        Assert.DoesNotContain("zwei", result.Errors, StringComparison.Ordinal); // what a person said is in no log
    }

    public void Dispose() => _folder.Dispose();
}
