using Kairos.Tests.Faults;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Classification;

/// <summary>Answers that come too late, or never.</summary>
internal static class TimeoutCases
{
    private static readonly ClassificationContext DeadlineElapsed = TableCase.On("llm") with { IsTimeout = true };

    public static Dictionary<string, TableCase> All { get; } = new()
    {
        ["408"] = Late(Answers.Status(408)),
        ["504 as a page of HTML"] = Late(Answers.Status(504, "<html>Gateway Timeout</html>")),
        ["524, the gateway's origin did not answer"] = Late(Answers.Status(524)),
        ["504 of a tool"] = Late(Answers.Status(504)) with { Context = TableCase.On("tools/search") },
        ["our deadline, before the first byte"] =
            Late(Answers.Nothing(Ending.Stall)) with { Call = UntilDeadline, Context = DeadlineElapsed },
        ["our deadline, within the body"] = Late(Answers.Partial(200, "data: {\"text\":\"He\"}\n\n", Ending.Stall)) with
        {
            Call = StreamUntilDeadline,
            Context = DeadlineElapsed,
        },
        ["our deadline, on an exception that does not tell"] = Late(Answers.Status(200)) with
        {
            Call = (_, _) => throw new InvalidOperationException("the client was closed"),
            Context = DeadlineElapsed,
        },
        ["the client's own timeout"] = Late(Answers.Nothing(Ending.Stall)) with
        {
            Call = async (_, server) =>
            {
                using var client = new HttpClient { Timeout = TimeSpan.FromMilliseconds(50) };
                await PlainModel.AskAsync(client, server.Url);
            },
        },
        ["a cancellation that nobody explains"] = Late(Answers.Nothing(Ending.Stall)) with
        {
            Call = async (client, server) =>
            {
                var call = PlainModel.AskAsync(client, server.Url);
                await server.RequestAsync();
                client.CancelPendingRequests();
                await call;
            },
        },
        ["a timeout within a stream"] = Late(Answers.Ok("data: {\"error\":{\"type\":\"timeout_error\"}}\n\n")) with
        {
            Call = (client, server) => PlainModel.StreamAsync(client, server.Url),
        },
    };

    private static TableCase Late(Answer answer) => new(Rows.Timeout, answer, ErrorCode.Timeout, true, Verdict.Count);

    private static async Task UntilDeadline(HttpClient client, MisbehavingServer server)
    {
        var time = new FakeTimeProvider();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(100), time);
        var call = PlainModel.AskAsync(client, server.Url, deadline.Token);
        await server.RequestAsync();
        time.Advance(TimeSpan.FromSeconds(100));
        await call;
    }

    private static Task StreamUntilDeadline(HttpClient client, MisbehavingServer server)
    {
        var time = new FakeTimeProvider();
        var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(100), time);
        return PlainModel.StreamAsync(client, server.Url, first: () => time.Advance(TimeSpan.FromSeconds(100)), deadline.Token);
    }
}
