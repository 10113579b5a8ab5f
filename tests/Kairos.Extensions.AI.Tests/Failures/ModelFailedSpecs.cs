using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Failures
{
    /// <summary>What an agent is told of a model whose component has a name of its own.</summary>
    public sealed class ModelFailedSpecs : IAsyncLifetime
    {
        private AgentSystem _system = null!;

        public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, "models");

        public async Task DisposeAsync() => await _system.DisposeAsync();

        [Fact]
        public async Task What_may_pass_is_no_fault_of_the_program()
        {
            var failed = Assert.IsType<ModelFailedException>(await FailAsync(new Polly.ExecutionRejectedException { RetryAfter = TimeSpan.FromSeconds(3) }));

            Assert.Equal((ErrorCode.InternalError, Verdict.Ignore, TimeSpan.FromSeconds(3)), (failed.Code, failed.Error.Verdict, failed.RetryAfter));
        }

        [Fact]
        public async Task A_fault_of_the_program_stays_what_it_is() => Assert.IsType<ArgumentException>(await FailAsync(new ArgumentException("no")));

        private async Task<Exception> FailAsync(Exception exception)
        {
            using var client = new Throwing(exception).AsBuilder().UseKairos(_system.Kairos, "models").Build();
            return await Assert.ThrowsAnyAsync<Exception>(() => client.GetResponseAsync("hi").Soon());
        }

        private sealed class Throwing(Exception exception) : IChatClient
        {
            public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
                Task.FromException<ChatResponse>(exception);

            public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
                IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw exception;

            public object? GetService(Type serviceType, object? serviceKey = null) => null;

            public void Dispose()
            {
            }
        }
    }
}

namespace Polly
{
    /// <summary>The exception of a package that is not referenced, known by its name.</summary>
    public sealed class ExecutionRejectedException : Exception
    {
        public TimeSpan? RetryAfter { get; init; }
    }
}
