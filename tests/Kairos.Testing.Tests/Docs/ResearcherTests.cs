#pragma warning disable IDE0005 // the file shows all that a test project without a global using needs
// snippet: xunit
using Kairos;
using Xunit;

namespace MyAgent.Tests;

/// <summary>What is tested: it asks a model under a guard, and says so where it may not.</summary>
public sealed class Researcher(IKairos kairos, Func<string, ValueTask<string>> model)
{
    public async Task<string> AskAsync(string question)
    {
        try
        {
            return await kairos["llm"].ExecuteAsync(_ => model(question));
        }
        catch (CircuitOpenException open)
        {
            return $"Ask again in {open.RetryAfter?.TotalSeconds} s.";
        }
    }
}

public sealed class ResearcherTests
{
    [Fact]
    public async Task Says_when_to_ask_again_while_the_model_is_not_called_and_asks_it_then()
    {
        await using var kairos = KairosTest.Start();
        await kairos["llm"].ForceOpenAsync(retryAfter: TimeSpan.FromSeconds(30));
        var researcher = new Researcher(kairos, question => new($"You asked: {question}"));

        Assert.Equal("Ask again in 30 s.", await researcher.AskAsync("why?"));
        await kairos.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("You asked: why?", await researcher.AskAsync("why?"));
    }

    [Fact]
    public async Task An_outage_is_counted_and_opens_the_circuit()
    {
        await using var kairos = KairosTest.Start("kairos.defaults.breaker.consecutive-failures = 3");
        await kairos.InjectAsync("llm", Faults.ErrorRate(1, ErrorCode.Timeout));
        var call = new Researcher(kairos, _ => new("never reached")).AskAsync("why?");
        await Assert.ThrowsAsync<KairosException>(() => kairos.AdvanceUntilAsync(call)); // two retries, 300 ms of virtual time
        Assert.Equal(3, kairos.Metrics.Total("kairos.errors.total", component: "llm", ("error.code", "timeout")));
        await kairos["llm"].ShouldOpenAsync();
    }

    [Fact]
    public async Task Comes_back_when_the_model_does()
    {
        await using var kairos = KairosTest.Start();
        await kairos["llm"].ForceHalfOpenAsync();
        var researcher = new Researcher(kairos, _ => new("Here I am."));

        await researcher.AskAsync("are you there?");
        await researcher.AskAsync("still?");

        await kairos["llm"].ShouldRecoverAsync();
        await kairos.AdvanceAsync(TimeSpan.FromSeconds(10)); // health improves only after an improvement has held
        await kairos["llm"].ShouldBeHealthyAsync();
    }
}
// end
