using System.Globalization;
using System.Text;
using System.Text.Json;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;
using Microsoft.AspNetCore.Http;
using static KairosAgent.Tests.Chat.ModelAnswers;

namespace KairosAgent.Tests.Chat;

/// <summary>One conversation of 200 prompts with a model that misbehaves in every way in turn, and one that stands in for it.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class LongRunTests : IDisposable
{
    private const int Rounds = 10, MostMegabytes = 250;
    private const string Good = "good", Gate = "429 with retry-after", Tool = "wrong arguments of a tool", Primary = "primary", Backup = "backup";

    private static readonly TimeSpan Gated = TimeSpan.FromMilliseconds(50);

    /// <summary>What the first model does, and what becomes of the prompt. What follows a gate are the two probe calls that close the circuit again.</summary>
    private static readonly (string Name, string Becomes)[] Kinds =
    [
        (Good, Primary), ("429", Backup), (Good, Primary), (Gate, Backup), (Good, Primary), (Good, Primary), ("failure", Backup), (Good, Primary),
        ("400 invalid argument", Refused("invalid_input")), ("400 context too long", Refused("invalid_input")), ("200 with an error", Backup), (Good, Primary),
        ("empty", Empty), ("cut", Refused("llm_error")), (Good, Primary), ("slow", Primary), (Tool, Primary), ("reasoning alone", Empty),
        ("400 content filter", Refused("invalid_input")), ("content filter", Empty),
    ];

    private const string Empty = "has an empty answer from llm/primary";

    private static readonly (string Name, string Becomes)[] Script =
        [.. Enumerable.Repeat(Kinds, Rounds).SelectMany(round => round).Select((kind, at) => at == 15 ? ("mute", Backup) : kind)];

    private readonly ChatFolder _folder = new();

    [Fact]
    public async Task Every_prompt_is_answered_or_refused_for_its_own_reason_in_little_memory_and_only_the_model_opens_circuits()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var primary = await WebServer.StartAsync(context => AnswerAsync(context, Misbehave));
        await using var backup = await WebServer.StartAsync(context => AnswerAsync(context, StandIn));
        _folder.Write("kairos.conf", "kairos.components.llm.call.attempt-timeout = 5s");
        await using var host = RunningProgram.Start(_folder.Start(
            [.. ModelSettings.Of(new Uri(primary.Address)), .. ModelSettings.OfBackup(new Uri(backup.Address)), .. ModelSettings.Exporting(collector)]));

        await host.Input.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Script.Select((_, at) => $"{Text(at)}\n"))), host.WaitTimeout);
        await host.Input.FlushAsync(host.WaitTimeout);
        await host.WaitForErrorsAsync($"prompt {Script.Length} ");
        var peak = host.PeakMegabytes;
        host.CloseInput();
        var result = await host.WaitForExitAsync();

        var told = Script.Index().Where(prompt => prompt.Item.Becomes is not (Primary or Backup)).Select(prompt => $"prompt {prompt.Index + 1} {prompt.Item.Becomes}");
        var said = Script.Index().Where(prompt => prompt.Item.Becomes is Primary or Backup || prompt.Item.Name == "cut")
            .Select(prompt => prompt.Item.Name == "cut" ? $"{prompt.Index} hal" : $"{prompt.Index} {prompt.Item.Becomes}");
        Assert.Equal(told, result.ErrorLines.Where(line => line.StartsWith("prompt ", StringComparison.Ordinal)));
        Assert.Equal(said, result.OutputLines);
        Assert.InRange(peak, 1, MostMegabytes - 1);

        var values = MetricValues.Of(collector.Metrics.Accepted[^1].Message);
        var opened = values.Where(value => value.Key.StartsWith("kairos.circuitbreaker.transitions", StringComparison.Ordinal) && value.Key.Contains("to=open", StringComparison.Ordinal));
        Assert.Equal([("kairos.circuitbreaker.transitions{component=llm/primary,from=closed,reason=rate_limit,to=open}", (double)Rounds)], opened.Select(value => (value.Key, value.Value)));
        Assert.Equal(Rounds, values["kairos.errors.total{component=tools/calculator,error.code=invalid_input,recoverable=false}"]);
        Assert.Equal(3 * Rounds, values["kairos.errors.total{component=llm/primary,error.code=invalid_input,recoverable=false}"]);
        Assert.DoesNotContain(values.Keys, key => key.StartsWith("kairos.errors.total{component=llm/backup", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static string Refused(string code) => $"has no answer: llm failed with {code}";

    private static string Text(int at) => at.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads which prompt is asked, and whether a tool has answered already.</summary>
    private static async Task AnswerAsync(HttpContext context, Func<int, bool, Func<HttpContext, Task>> answer)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body);
        var messages = request.RootElement.GetProperty("messages").EnumerateArray().ToList();
        var asked = messages.Last(message => message.GetProperty("role").GetString() == "user").GetProperty("content").GetString()!;
        await answer(int.Parse(asked, CultureInfo.InvariantCulture), messages[^1].GetProperty("role").GetString() == "tool")(context);
    }

    private static Func<HttpContext, Task> StandIn(int at, bool hasCalled) => async context =>
    {
        if (Script[at].Name == Gate) await Task.Delay(Gated * 4); // until the first may be asked again
        await Stream(Said($"{at} {Backup}"), End("stop"))(context);
    };

    private static Func<HttpContext, Task> Misbehave(int at, bool hasCalled) => Script[at].Name switch
    {
        "429" => Refuse(429, "rate_limit_exceeded"),
        Gate => RefuseForAWhile,
        "failure" => (at / Kinds.Length % 4) switch
        {
            0 => Refuse(500, "server_error"),
            1 => Refuse(503, "server_error"),
            2 => Events("{\"choices\":[{"),
            _ => Abort,
        },
        "400 invalid argument" => Refuse(400, "invalid_request_error"),
        "400 context too long" => Refuse(400, "context_length_exceeded"),
        "400 content filter" => Refuse(400, "content_filter"),
        "200 with an error" => at / Kinds.Length % 2 == 0 ? Refuse(200, "server_error") : Events("""{"error":{"code":502,"message":"overloaded"}}"""),
        "empty" => Stream(Said(""), End("stop")),
        "content filter" => Stream(End("content_filter")),
        "reasoning alone" => Stream("\"delta\":{\"reasoning\":\"hm\"},\"finish_reason\":null", End("stop")),
        "cut" => Stream(Said($"{at} hal")),
        "slow" => Slowly(at),
        "mute" => context => Task.Delay(Timeout.Infinite, context.RequestAborted),
        Tool when !hasCalled => Stream(Call("calculator", """{"expression":5}"""), End("tool_calls")),
        _ => Stream(Said($"{at} {Primary}"), End("stop")),
    };

    private static Task RefuseForAWhile(HttpContext context)
    {
        context.Response.Headers["retry-after-ms"] = Text((int)Gated.TotalMilliseconds);
        return Refuse(429, "rate_limit_exceeded")(context);
    }

    private static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Letter by letter.</summary>
    private static Func<HttpContext, Task> Slowly(int at) => async context =>
    {
        await Task.Delay(TimeSpan.FromMilliseconds(100));
        await Stream([.. $"{at} {Primary}".Select(letter => Said(letter.ToString())), End("stop")])(context);
    };
}
