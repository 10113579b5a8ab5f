using System.Globalization;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Faults;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace KairosAgent.Tests.Chat;

/// <summary>The agent with two models, by OpenAI's own SDK, of which one fails.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class FailoverChatTests : IDisposable
{
    private const int Prompts = 200, UntilOutage = 50, OfOutage = 70, FailuresThatOpen = 3;

    private readonly ChatFolder _folder = new();

    [Fact]
    public async Task No_prompt_is_lost_to_an_outage_and_the_first_model_is_asked_again_after_it()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var backup = MisbehavingServer.Start(Slowly(Says("backup")));
        await using var primary = MisbehavingServer.Start(Says("primary"));
        var (refused, asked) = (0, 0);
        primary.Answer = exchange =>
        {
            var isDown = Interlocked.Increment(ref asked) > UntilOutage && backup.Requests < OfOutage;
            if (isDown) Interlocked.Increment(ref refused);
            return (isDown ? Answers.Status(503, Wire.Error("server_error")) : Says("primary"))(exchange);
        };
        _folder.Write("kairos.conf", $$"""
            kairos.components.llm { breaker { consecutive-failures = {{FailuresThatOpen}}, open-duration = 300ms, open-growth = 1 } }
            """);
        var file = _folder.Write("prompts.txt", string.Concat(Enumerable.Range(1, Prompts).Select(number => $"prompt {number.ToString(CultureInfo.InvariantCulture)}\n")));

        var result = await RunningProgram.RunAsync(_folder.Start(
            [.. ModelSettings.Of(primary.Url), .. ModelSettings.OfBackup(backup.Url), .. ModelSettings.Exporting(collector)], "--prompts", file));

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(Prompts, result.OutputLines.Length);
        var byBackup = result.OutputLines.Count(line => line == "backup");
        Assert.Equal(Prompts - byBackup, result.OutputLines.Count(line => line == "primary"));
        Assert.InRange(byBackup, OfOutage, Prompts - UntilOutage - 2); // and then the primary closed its circuit, by two successes at least
        Assert.Equal([.. Enumerable.Repeat("primary", UntilOutage), .. Enumerable.Repeat("backup", byBackup)], result.OutputLines[..(UntilOutage + byBackup)]);

        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        var probes = values.GetValueOrDefault("kairos.circuitbreaker.transitions{component=llm/primary,from=half-open,reason=probe_failed,to=open}");
        Assert.Equal(FailuresThatOpen + probes, refused); // while it was down: what opened the circuit, and a probe call each time it was half-open
        Assert.Equal(refused, values["kairos.errors.total{component=llm/primary,error.code=llm_error,recoverable=true}"]);
        Assert.Equal(refused, values["kairos.errors.recovered{component=llm/primary,error.code=llm_error,recoverable=true}"]);
        Assert.Equal(2, values["kairos.circuitbreaker.state{component=llm/primary}"]);
        Assert.Equal(
            ["llm/backup answers now, in place of llm/primary", "llm/primary answers now, in place of llm/backup"],
            result.ErrorLines.Where(line => line.Contains(" answers now", StringComparison.Ordinal)));
        Assert.Contains($"model small at {primary.Url}v1, or large at {backup.Url}v1\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_none_answers_the_prompt_says_so_and_no_key_is_shown()
    {
        await using var backup = MisbehavingServer.Start(Answers.Status(401, Wire.Error($"{ModelSettings.Key}-of-the-backup")));
        await using var primary = MisbehavingServer.Start(Answers.Status(500, Wire.Error(ModelSettings.Key)));

        var result = await _folder.ChatAsync([.. ModelSettings.Of(primary.Url), .. ModelSettings.OfBackup(backup.Url)], "hello");

        Assert.Equal((1, "", 1, 1), (result.ExitCode, result.Output, primary.Requests, backup.Requests));
        Assert.Contains("prompt 1 has no answer: llm failed with unauthorized\n", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(ModelSettings.Key, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_may_name_one_of_the_models()
    {
        await using var backup = MisbehavingServer.Start(Says("backup"));
        await using var primary = MisbehavingServer.Start(Says("primary"));
        _folder.Write("kairos.conf", "kairos.faults.\"llm/primary\" { error-rate = 1 }");

        var result = await _folder.ChatAsync([.. ModelSettings.Of(primary.Url), .. ModelSettings.OfBackup(backup.Url)], "hello", "hello again");

        Assert.Equal((0, "backup\nbackup\n", 0), (result.ExitCode, result.Output, primary.Requests));
        Assert.Single(result.ErrorLines, line => line.EndsWith(" answers now, in place of llm/primary", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static Answer Says(string text) => Wire.Stream(Wire.Begin, Wire.Hello.Replace("hello", text, StringComparison.Ordinal), Wire.End("stop"), Wire.Done);

    /// <summary>As models do, so that an outage of seconds is not over in a moment.</summary>
    private static Answer Slowly(Answer answer) => async exchange =>
    {
        await Task.Delay(TimeSpan.FromMilliseconds(20));
        await answer(exchange);
    };
}
