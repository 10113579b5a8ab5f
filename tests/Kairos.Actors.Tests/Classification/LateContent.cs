using System.Net;

namespace Kairos.Tests.Classification;

/// <summary>A body that is opened, or else read, only when the test says so.</summary>
internal sealed class LateContent(bool isLateToOpen) : HttpContent
{
    private static readonly byte[] Body = """{"code":"Arrearage"}"""u8.ToArray();
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Arrive() => _arrived.SetResult();

    protected override async Task<Stream> CreateContentReadStreamAsync()
    {
        if (!isLateToOpen) return new LateStream(_arrived.Task);
        await _arrived.Task.ConfigureAwait(false);
        return new MemoryStream(Body);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

    protected override bool TryComputeLength(out long length)
    {
        length = Body.Length;
        return true;
    }

    private sealed class LateStream(Task arrived) : MemoryStream(Body)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
            return Read(buffer.Span);
        }
    }
}

/// <summary>A caller's context that counts what comes back to it.</summary>
internal sealed class CountingContext : SynchronizationContext
{
    private int _posts;

    public int Posts => Volatile.Read(ref _posts);

    public override void Post(SendOrPostCallback d, object? state)
    {
        Interlocked.Increment(ref _posts);
        base.Post(d, state);
    }
}
