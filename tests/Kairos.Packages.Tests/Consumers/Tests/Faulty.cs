using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Kairos;
using Xunit;

public sealed class Faulty : TestKit
{
    [Fact]
    public async Task Half_of_the_calls_fail()
    {
        var kairos = this.StartKairos("kairos.defaults { breaker.consecutive-failures = 0, call.retry.max-attempts = 1 }", options => options.Inject("llm", Faults.ErrorRate(0.5).Seed(1)));

        for (var call = 0; call < 100; call++) await kairos["llm"].TryExecuteAsync(static _ => new ValueTask<int>(1));

        Assert.InRange(kairos.Metrics.Total("kairos.errors.total", component: "llm"), 25, 75);
    }
}
