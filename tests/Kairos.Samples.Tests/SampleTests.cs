using System.Net;
using System.Text.RegularExpressions;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Documents;

namespace Kairos.Samples.Tests;

/// <summary>Each sample does what it says at its top.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed partial class SampleTests
{
    [Fact]
    public async Task The_console_agent_recovers_and_then_stops_calling()
    {
        var lines = await Sample.RunAsync("ConsoleAgent");

        Assert.Equal(
            [
                "> What is a circuit breaker?", "  A good question. (request 1)",
                "> What is a probe?", "  A good question. (request 2)",
                "> What is jitter?", "  A good question. (request 4)",
                "> What is a lease?", "  A good question. (request 5)",
                "> What is a deadline?", "  A good question. (request 7)",
                "> What is a budget?", "  A good question. (request 8)",
                "> Are you there?", "  The model failed: internal error.",
                "> And now?", "  The model failed: internal error.",
                "> Still not?", "  The model is not called: its circuit is Open, because of Failures.",
                "12 requests, 6 errors, 2 of them recovered; the model is Unhealthy.",
            ],
            lines);
    }

    [Fact]
    public async Task The_kernel_goes_on_without_a_function_that_is_down_and_stops_calling_a_model_that_is()
    {
        var lines = await Sample.RunAsync("SemanticKernel");

        Assert.Equal(
            [
                "> When?", "  The function says: noon",
                "> And now?", "  The function says: Error: Function failed.",
                "> Still?", "  The function says: Error: Function failed.",
                "> Really?", "  The function says: The tool 'find_flight' is unavailable at present and was not called.",
                "> Hello?", "  llm failed: LlmError.",
                "> Hello?", "  llm failed: LlmError.",
                "> Anybody?", "  llm is not called: its circuit is Open, because of Failures.",
                "llm: 2 errors, its circuit is Open.",
                "tools/find_flight: 2 errors, its circuit is Open.",
            ],
            lines.Select(line => line.Split(" Do not call it again")[0]));
    }

    [Fact]
    public async Task A_turn_with_a_budget_stops_in_good_order_and_what_goes_beyond_is_refused_by_name()
    {
        var lines = await Sample.RunAsync("Budgets");

        Assert.Equal(
            [
                "step 1: 20 in, 300 out, 0.00695 left",
                "step 2: 40 in, 600 out, 0.00390 left",
                "The turn stops in good order.",
                "'llm' was not called: the turn's call budget is used up: 300 of 300 tokens of output used (CallLimits.OutputTokens).",
                "The tokenizer has counted 34 tokens.",
            ],
            lines);
    }

    [Fact]
    public async Task The_actors_report_by_message_and_hear_of_the_circuit()
    {
        var lines = await Sample.RunAsync("ReportingActors");

        Assert.Equal(
            [
                "order 1 stored", "order 2 stored",
                "order 3 not stored: database is locked", "order 4 not stored: database is locked", "order 5 not stored: database is locked",
                "the memory's circuit opened: Failures",
                "3 errors of the memory: its circuit is Open, its health Unhealthy.",
            ],
            lines);
    }

    [Fact]
    public async Task The_web_agent_is_alive_but_not_ready_while_its_model_is_down_and_ready_again_after_it()
    {
        await using var sample = Sample.Start("WebAgent", "--urls", "http://127.0.0.1:0");
        var address = Address().Match(await sample.Output.WaitForAsync(Address().IsMatch, sample.WaitTimeout)).Value;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new HttpClient { BaseAddress = new Uri(address) };

        Assert.Equal((HttpStatusCode.OK, "You asked: why"), await GetAsync("/ask/why"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync("/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync("/health/live"));

        (await client.PostAsync("/outage/true", null)).EnsureSuccessStatusCode();
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.BadGateway, (await GetAsync("/ask/why")).Status);
        using var rejected = await client.GetAsync("/ask/why");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, rejected.StatusCode);
        Assert.InRange(rejected.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), await GetAsync("/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync("/health/live"));

        (await client.PostAsync("/outage/false", null)).EnsureSuccessStatusCode();
        (await client.PostAsync("/reset", null)).EnsureSuccessStatusCode();
        while (await GetAsync("/ask/again") != (HttpStatusCode.OK, "You asked: again")) await Task.Delay(100, limit.Token);
        while (await GetAsync("/health/ready") != (HttpStatusCode.OK, "Healthy")) await Task.Delay(100, limit.Token); // once it has held for a while

        async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
        {
            using var response = await client.GetAsync(path);
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public void What_the_page_on_health_shows_stands_in_the_sample() => Snippets.AssertAllStand("docs/health.md", 1, "samples/WebAgent/Program.cs");

    [GeneratedRegex(@"(?<=Now listening on: )\S+(?=\s)")]
    private static partial Regex Address();
}
