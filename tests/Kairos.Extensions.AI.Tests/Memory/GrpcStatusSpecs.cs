using Grpc.Core;
using Kairos.Tests.Calls;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Extensions.VectorData;

namespace Kairos.Extensions.AI.Tests.Memory;

/// <summary>What a store behind gRPC fails with, wrapped as stores do.</summary>
public sealed class GrpcStatusSpecs : IAsyncLifetime
{
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, "memory");

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Theory]
    [InlineData(StatusCode.InvalidArgument, ErrorCode.InvalidInput, false, Verdict.Ignore)]
    [InlineData(StatusCode.OutOfRange, ErrorCode.InvalidInput, false, Verdict.Ignore)]
    [InlineData(StatusCode.NotFound, ErrorCode.NotFound, false, Verdict.Ignore)]
    [InlineData(StatusCode.Unavailable, ErrorCode.MemoryError, true, Verdict.Count)]
    [InlineData(StatusCode.Internal, ErrorCode.MemoryError, true, Verdict.Count)]
    [InlineData(StatusCode.ResourceExhausted, ErrorCode.RateLimit, true, Verdict.Count)]
    [InlineData(StatusCode.DeadlineExceeded, ErrorCode.Timeout, true, Verdict.Count)]
    [InlineData(StatusCode.Unauthenticated, ErrorCode.Unauthorized, false, Verdict.Trip)]
    [InlineData(StatusCode.PermissionDenied, ErrorCode.Unauthorized, false, Verdict.Trip)]
    [InlineData(StatusCode.Unimplemented, ErrorCode.MemoryError, false, Verdict.Count)]
    public async Task A_status_means_what_it_says(StatusCode status, ErrorCode code, bool recoverable, Verdict verdict)
    {
        var memory = new BrokenMemory(() => new RpcException(new Status(status, "no"))).WithKairos(_system.Kairos);

        var thrown = await Assert.ThrowsAsync<VectorStoreException>(() => memory.StoreAsync(new MemoryItem("a", "b"), default).Soon());

        var error = Assert.Single(await _system.ErrorsAsync("memory"));
        Assert.Equal((code, recoverable, verdict), (error.Code, error.Recoverable, error.Verdict));
        Assert.Same(error, AgentErrors.ErrorOf(thrown));
        Assert.Equal(verdict == Verdict.Trip ? CircuitStatus.Open : CircuitStatus.Closed, _system.Snapshot("memory").Circuit);
    }

    [Fact]
    public async Task A_limit_that_says_when_to_come_back_is_a_gate()
    {
        var trailers = new Metadata { { "grpc-retry-pushback-ms", "1500" } };
        var memory = new BrokenMemory(() => new RpcException(new Status(StatusCode.ResourceExhausted, "no"), trailers)).WithKairos(_system.Kairos);

        await Assert.ThrowsAsync<VectorStoreException>(() => memory.StoreAsync(new MemoryItem("a", "b"), default).Soon());

        var error = Assert.Single(await _system.ErrorsAsync("memory"));
        Assert.Equal((Verdict.Gate, TimeSpan.FromSeconds(1.5)), (error.Verdict, error.RetryAfter));
    }

    [Fact]
    public async Task A_caller_who_cancels_blames_nobody_though_gRPC_has_an_exception_of_its_own_for_it()
    {
        using var cancelled = new CancellationTokenSource();
        var memory = new BrokenMemory(() =>
        {
            cancelled.Cancel();
            return new RpcException(new Status(StatusCode.Cancelled, "Call canceled by the client."));
        }).WithKairos(_system.Kairos);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => memory.StoreAsync(new MemoryItem("a", "b"), cancelled.Token).Soon());

        Assert.Empty(await _system.ErrorsAsync("memory"));
    }

    private sealed class BrokenMemory(Func<Exception> failure) : IAgentMemory
    {
        public Task<MemoryFindings> SearchAsync(string query, int top, CancellationToken cancellationToken) => throw new VectorStoreException("no", failure());

        public Task StoreAsync(MemoryItem item, CancellationToken cancellationToken) => throw new VectorStoreException("no", failure());
    }
}
