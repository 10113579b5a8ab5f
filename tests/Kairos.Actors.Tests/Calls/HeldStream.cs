using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Kairos.Tests.Calls;

/// <summary>A stream whose elements a test gives one by one. It heeds its token.</summary>
internal sealed class HeldStream
{
    private readonly Channel<int> _elements = Channel.CreateUnbounded<int>();
    private readonly Channel<int> _asked = Channel.CreateUnbounded<int>();

    public int Attempts { get; private set; }

    /// <summary>Whether the last attempt has been left.</summary>
    public bool IsLeft { get; private set; }

    /// <summary>Somebody waits for the next element.</summary>
    public Task AskedAsync() => _asked.Reader.ReadAsync().AsTask().Soon();

    public HeldStream Give(params int[] elements)
    {
        foreach (var element in elements) _elements.Writer.TryWrite(element);
        return this;
    }

    public HeldStream End(KairosError? error = null)
    {
        _elements.Writer.Complete(error is null ? null : new KairosException(error));
        return this;
    }

    public static async IAsyncEnumerable<int> RunAsync(HeldStream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        stream.Attempts++;
        stream.IsLeft = false;
        try
        {
            while (true)
            {
                stream._asked.Writer.TryWrite(stream.Attempts);
                if (!await stream._elements.Reader.WaitToReadAsync(cancellationToken)) yield break;
                if (stream._elements.Reader.TryRead(out var element)) yield return element;
            }
        }
        finally
        {
            stream.IsLeft = true;
        }
    }
}

/// <summary>A stream that fails at its first element so many times, and counts who leaves it.</summary>
internal sealed class BrokenStream(int failures, KairosError error) : IAsyncEnumerable<int>
{
    public int Attempts { get; private set; }

    public int Left { get; private set; }

    public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Enumerator(this, ++Attempts <= failures);

    private sealed class Enumerator(BrokenStream stream, bool fails) : IAsyncEnumerator<int>
    {
        private int _moves;

        public int Current => _moves;

        public ValueTask<bool> MoveNextAsync() =>
            fails ? ValueTask.FromException<bool>(new KairosException(stream.Error)) : new ValueTask<bool>(++_moves <= 2);

        public ValueTask DisposeAsync()
        {
            stream.Left++;
            return default;
        }
    }

    private KairosError Error => error;
}
