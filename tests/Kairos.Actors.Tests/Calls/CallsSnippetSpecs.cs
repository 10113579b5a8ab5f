using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>The one screen of docs/calls.md.</summary>
public sealed class CallsSnippetSpecs
{
    private int _searches;
    private int _streams;

    [Fact]
    public async Task It_runs()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        await ShowAsync(system.Kairos, "a question", CancellationToken.None);

        Assert.Equal((1, 1), (_searches, _streams));
        Assert.Equal(4, system.Ledger.Successes.Total);
        Assert.Equal((1, 1), (system.Kairos["memory"].Snapshot!.Errors, system.Kairos.HandleOf("tools/search").Ledger.Successes.Total));
    }

    private async Task ShowAsync(IKairos kairos, string prompt, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new Pages());
        var url = new Uri("http://pages/");
        // snippet: calls
        var llm = kairos["llm"];

        // The call must heed its token: time limits reach it that way. What it needs is handed to it, so nothing is captured.
        var answer = await llm.ExecuteAsync(AskModelAsync, prompt, cancellationToken);

        // Neither exceptions nor garbage when the circuit is open.
        var outcome = await llm.TryExecuteAsync(AskModelAsync, prompt, cancellationToken);
        if (outcome.Status == CallStatus.Rejected) Console.WriteLine($"not called: {outcome.Rejection}, try again in {outcome.RetryAfter}");

        // What is special about a kind of call: a name for its span, whether it may be repeated, what to do instead.
        var remembering = new GuardedCallOptions<string, string>
        {
            Operation = "recall",
            IsIdempotent = true,
            Fallbacks =
            [
                new((text, token) => RecallFromCacheAsync(text, token)),
                new((_, _) => ValueTask.FromResult(""), IsDegraded: true), // an empty memory recovers nothing
            ],
        };
        var memory = await kairos["memory"].ExecuteAsync(RecallAsync, prompt, remembering, cancellationToken);

        // One budget for a whole turn: all guards inside share it, however deeply their retries are nested.
        using (CallBudget.Begin(attempts: 10, TimeSpan.FromMinutes(2)))
            await kairos["tools"]["search"].ExecuteAsync(SearchAsync, prompt, cancellationToken);

        // A stream is scored at its end, and retried only before its first element.
        await foreach (var token in llm.ExecuteStreamAsync<string, string>(StreamModelAsync, prompt, cancellationToken: cancellationToken))
            Console.Write(token);

        // What returns a Task is guarded, too.
        var page = await kairos["tools/web"].ExecuteAsync(token => http.GetStringAsync(url, token), cancellationToken);

        // Where no delegate fits, the caller makes the call and says how it ended; where it says nothing, the call is neutral.
        using (var call = await llm.EnterAsync(cancellationToken))
        {
            await AskModelAsync(prompt, call.Token);
            call.Succeeded(); // or call.Failed(exception)
        }

        // Events for code that is no actor: the current state first, then what changes, numbered.
        await foreach (var told in llm.WatchAsync(cancellationToken: cancellationToken))
        {
            Console.WriteLine(told.Component);
            break;
        }
        // end
        Assert.Equal(("an answer to a question", "an answer to a question"), (answer, outcome.Value));
        Assert.Equal(("cached a question", "a page"), (memory, page));
    }

    private static ValueTask<string> AskModelAsync(string prompt, CancellationToken cancellationToken) => new($"an answer to {prompt}");

    private static ValueTask<string> RecallAsync(string prompt, CancellationToken cancellationToken) => throw new TimeoutException();

    private static ValueTask<string> RecallFromCacheAsync(string prompt, CancellationToken cancellationToken) => new($"cached {prompt}");

    private ValueTask<string> SearchAsync(string prompt, CancellationToken cancellationToken) => new($"found {++_searches}");

    private async IAsyncEnumerable<string> StreamModelAsync(
        string prompt, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _streams++;
        await Task.Yield();
        yield return prompt;
    }

    private sealed class Pages : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent("a page") });
    }
}
