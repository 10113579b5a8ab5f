using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Calls;

/// <summary>The snippet of docs/calls.md on classification, compiled and run.</summary>
public sealed class ClassifySnippetSpecs
{
    [Fact]
    public async Task Rules_and_adapters_decide_what_an_exception_means()
    {
        await using var system = await GuardedSystem.StartAsync(new FakeTimeProvider());
        var guard = Classify(system);

        var warming = await guard.TryExecuteAsync<int>(static _ => throw new ModelWarmingUpException());
        var limited = await guard.TryExecuteAsync<int>(static _ => throw new ProviderException());

        Assert.Equal(("warming up", TimeSpan.FromSeconds(2)), (warming.Error!.Message, warming.Error.RetryAfter));
        Assert.Equal((ErrorCode.RateLimit, TimeSpan.FromSeconds(7)), (limited.Error!.Code, limited.Error.RetryAfter));
        Assert.Equal(CallStatus.Rejected, (await guard.TryExecuteAsync<int>(static _ => ValueTask.FromResult(1))).Status);
    }

    private static ComponentGuard Classify(GuardedSystem system)
    {
        var kairos = system.Kairos;

        // snippet: classify
        var classifier = ErrorClassifier.Default
            .WithRule((exception, in context) => exception is ModelWarmingUpException
                ? new KairosError(ErrorCode.LlmError, "warming up") { RetryAfter = TimeSpan.FromSeconds(2), Recoverable = true }
                : null)
            .WithAdapter(exception => exception is ProviderException provider
                ? new ResponseFacts { Status = provider.Status, Header = provider.HeaderOf }
                : null);
        var guard = kairos["llm"].With(classifier);
        // end

        return guard;
    }

    private sealed class ModelWarmingUpException : Exception;

    private sealed class ProviderException : Exception
    {
        public int Status { get; } = 429;

        private readonly string _retryAfter = "7";

        public string? HeaderOf(string name) => name.Equals("retry-after", StringComparison.OrdinalIgnoreCase) ? _retryAfter : null;
    }
}
