using Kairos.Tests.Hosting;

namespace Kairos.Tests.Calls;

/// <summary>Tokens and money of a turn: counted as the answers tell them, refused by name once they are used up, and never cut short.</summary>
public sealed class TokenBudgetSpecs
{
    private readonly ObservedTimeProvider _time = new();

    [Theory]
    [InlineData(BudgetLimit.InputTokens, "100 of 100 tokens of input used (CallLimits.InputTokens)")]
    [InlineData(BudgetLimit.OutputTokens, "30 of 25 tokens of output used (CallLimits.OutputTokens)")]
    [InlineData(BudgetLimit.Cost, "0.0008 of 0.0007 used (CallLimits.Cost)")]
    public async Task What_is_used_up_is_refused_by_name_and_a_call_that_was_begun_goes_on(BudgetLimit limit, string told)
    {
        await using var system = await StartAsync();
        using var turn = CallBudget.Begin(limit switch
        {
            BudgetLimit.InputTokens => new CallLimits { InputTokens = 100 },
            BudgetLimit.OutputTokens => new CallLimits { OutputTokens = 25 },
            _ => new CallLimits { Cost = 0.0007m },
        });

        for (var i = 0; i < 2; i++) Assert.True((await AskAsync(system.Llm, 50, 15)).IsSuccess);
        var rejected = await AskAsync(system.Llm, 50, 15);

        Assert.Equal(RejectionReason.BudgetExhausted, rejected.Rejection);
        var exception = Assert.IsType<CallRejectedException>(rejected.ToException());
        Assert.Equal(limit, exception.BudgetLimit);
        Assert.EndsWith($"the turn's call budget is used up: {told}.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(new BudgetUse(2, 100, 30, 0.0008m), turn.Used);
    }

    [Fact]
    public async Task A_budget_inside_a_budget_spends_from_both_and_tells_what_is_left_of_the_smaller()
    {
        await using var system = await StartAsync();
        using var outer = CallBudget.Begin(new CallLimits { InputTokens = 120, Cost = 1 });
        using (var inner = CallBudget.Begin(new CallLimits { InputTokens = 100, OutputTokens = 1000 }))
        {
            await AskAsync(system.Llm, 80, 10);
            Assert.Equal((20, 990, 1 - 0.0005m), (inner.InputTokensLeft, inner.OutputTokensLeft, inner.CostLeft));
            Assert.Null(inner.AttemptsLeft);
        }

        using var next = CallBudget.Begin(new CallLimits { InputTokens = 100 });
        Assert.Equal((40, (long?)null), (next.InputTokensLeft, next.OutputTokensLeft));
        await AskAsync(system.Llm, 80, 10);
        Assert.Equal((0L, 0L), (next.InputTokensLeft, outer.InputTokensLeft));
        Assert.Equal(BudgetLimit.InputTokens, Assert.IsType<CallRejectedException>((await AskAsync(system.Llm, 1, 1)).ToException()).BudgetLimit);
    }

    [Fact]
    public async Task Attempts_that_fail_after_they_have_begun_to_answer_count_too()
    {
        await using var system = await StartAsync(attempts: 3);
        using var turn = CallBudget.Begin(new CallLimits { OutputTokens = 1000 });
        var usage = new CallUsage(10);
        var made = 0;

        var outcome = await system.Llm.TryExecuteAsync(
            (_, _) =>
            {
                if (++made == 1) throw new IOException("before the answer");
                (usage.Input, usage.Output) = (50, 7);
                return made == 2 ? throw new IOException("in the middle of it") : new ValueTask<int>(1);
            },
            0,
            new GuardedCallOptions { Usage = usage });

        Assert.True(outcome.IsSuccess);
        Assert.Equal((3, 100, 14), (turn.Used.Attempts, turn.Used.InputTokens, turn.Used.OutputTokens));
        Assert.Equal(7, usage.Output); // who made the call may still read it
    }

    [Fact]
    public async Task Streams_count_when_they_end_and_when_their_consumer_leaves()
    {
        await using var system = await StartAsync();
        using var turn = CallBudget.Begin(new CallLimits { OutputTokens = 10 });
        for (var i = 0; i < 2; i++)
        {
            var usage = new CallUsage(10);
            await foreach (var _ in system.Llm.ExecuteStreamAsync((_, _) => Elements(usage), 0, new StreamOptions<int> { Usage = usage }))
            {
                if (i == 1) break;
            }
        }

        Assert.Equal(7, turn.Used.OutputTokens);

        static async IAsyncEnumerable<int> Elements(CallUsage usage)
        {
            usage.Output = 3;
            yield return 1;
            await Task.Yield();
            usage.Output = 4;
            yield return 2;
        }
    }

    [Fact]
    public async Task A_model_without_a_price_costs_nothing_and_the_log_says_so_once()
    {
        await using var host = await KairosHost.StartAsync();
        using var turn = CallBudget.Begin(new CallLimits { Cost = 1 });

        for (var i = 0; i < 3; i++) await AskAsync(host.Kairos["llm"], 50, 15, "elsewhere");

        await host.Kairos.DrainAsync().Soon();
        Assert.Equal((0, 150), (turn.Used.Cost, turn.Used.InputTokens));
        var line = Assert.Single(host.Log.All, line => line.Id == 16);
        Assert.Contains("elsewhere", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_storm_of_failures_and_cancellations_the_books_are_exact_and_no_more_is_exceeded_than_what_is_in_flight()
    {
        const int Callers = 32, Size = 10;
        await using var system = await StartAsync(TimeProvider.System, attempts: 2);
        using var turn = CallBudget.Begin(new CallLimits { OutputTokens = 20_000 });
        long used = 0, rejected = 0;

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(number => Task.Run(async () =>
        {
            var random = new Random(number);
            while (Interlocked.Read(ref rejected) < Callers)
            {
                using var cancelled = new CancellationTokenSource();
                var usage = new CallUsage(Size);
                var outcome = await system.Llm.TryExecuteAsync(
                    async (_, token) =>
                    {
                        var fate = random.Next(10);
                        if (fate < 2) throw new IOException("before the answer");
                        usage.Output = Size;
                        Interlocked.Add(ref used, Size);
                        if (fate < 4) await cancelled.CancelAsync();
                        await Task.Yield();
                        token.ThrowIfCancellationRequested();
                        return fate < 5 ? throw new IOException("in the middle of it") : 1;
                    },
                    0,
                    new GuardedCallOptions { Usage = usage },
                    cancelled.Token);
                if (outcome.Rejection == RejectionReason.BudgetExhausted) Interlocked.Increment(ref rejected);
            }
        }))).Soon();

        Assert.Equal(used, turn.Used.OutputTokens);
        Assert.InRange(used, 20_000, 20_000 + (Callers * Size));
    }

    [Theory]
    [InlineData("gpt-large", 1)]
    [InlineData("GPT-Large-2026-01-01", 1)]
    [InlineData("gpt-large-mini", 2)]
    [InlineData("gpt-large-mini@1", 2)]
    [InlineData("gpt-larger", null)]
    [InlineData("", null)]
    public void A_price_holds_for_the_longest_name_that_fits(string model, int? price)
    {
        var settings = new KairosSettings() with
        {
            Prices = new KairosSettings().Prices.Add("gpt-large", new ModelPrice { Input = 1 }).Add("gpt-large-mini", new ModelPrice { Input = 2 }),
        };

        Assert.Equal(price, settings.PriceOf(model)?.Input);
    }

    [Fact]
    public void Cached_input_has_a_price_of_its_own()
    {
        Assert.Equal((0.0006m * 2) + (0.0004m * 0.5m) + (0.0001m * 10), new ModelPrice { Input = 2, CachedInput = 0.5m, Output = 10 }.CostOf(1000, 400, 100));
        Assert.Equal((0.001m * 2) + (0.0001m * 10), new ModelPrice { Input = 2, Output = 10 }.CostOf(1000, 400, 100));
        Assert.Equal(0.001m * 0.5m, new ModelPrice { Input = 2, CachedInput = 0.5m }.CostOf(1000, 4000, 0)); // no more can be cached than there is
    }

    [Fact]
    public void A_limit_of_nothing_is_refused()
    {
        Assert.Equal("InputTokens", Assert.Throws<ArgumentOutOfRangeException>(() => new CallLimits { InputTokens = 0 }).ParamName);
        Assert.Equal("OutputTokens", Assert.Throws<ArgumentOutOfRangeException>(() => new CallLimits { OutputTokens = -1 }).ParamName);
        Assert.Equal("Cost", Assert.Throws<ArgumentOutOfRangeException>(() => new CallLimits { Cost = 0 }).ParamName);
        Assert.Equal("Attempts", Assert.Throws<ArgumentOutOfRangeException>(() => new CallLimits { Attempts = 0 }).ParamName);
        Assert.Equal("Time", Assert.Throws<ArgumentOutOfRangeException>(() => new CallLimits { Time = TimeSpan.Zero }).ParamName);
    }

    private static ValueTask<CallOutcome<int>> AskAsync(ComponentGuard guard, long input, long output, string model = "gpt-large-1")
    {
        var usage = new CallUsage(1) { Model = model };
        return guard.TryExecuteAsync(
            (_, _) =>
            {
                (usage.Input, usage.Output) = (input, output);
                return new ValueTask<int>(1);
            },
            0,
            new GuardedCallOptions { Usage = usage });
    }

    private Task<GuardedSystem> StartAsync(TimeProvider? time = null, int attempts = 1) => GuardedSystem.StartAsync(
        time ?? _time,
        c => c with
        {
            Breaker = c.Breaker with { ConsecutiveFailures = 0 },
            Call = c.Call with { Retry = new RetryPolicy { MaxAttempts = attempts, InitialDelay = TimeSpan.Zero, Jitter = 0, Budget = 0 } },
        },
        options => options.Price("gpt-large", new ModelPrice { Input = 5, Output = 10 }));
}
