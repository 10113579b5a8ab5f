using System.Text;
using Kairos.Errors;

namespace Kairos.Telemetry.Export;

/// <summary>
/// What people are to read, written by a thread of its own: nobody who tells something waits for a terminal that was stopped, or a log driver
/// that hangs. At most <see cref="MostWaiting"/> characters wait. What comes beyond that is dropped until half of them have been written; how
/// many lines that were is said in their place. What cannot be written is lost, and nothing else happens. It is the filter
/// of all that people read: a line stays a line, and neither a secret nor a control character passes. Thread-safe.
/// </summary>
/// <param name="inner">Where it is written.</param>
internal sealed class QueuedWriter(TextWriter inner) : TextWriter
{
    /// <summary>How many characters may wait, about a megabyte.</summary>
    public const int MostWaiting = 1_000_000;

    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5); // a thread that has nothing to write ends

    private readonly object _lock = new(); // a monitor, because its holders wait for each other
    private readonly Queue<string> _waiting = new();
    private TimeSpan _drainTime = DrainTimeout;
    private Thread? _thread;
    private int _length;
    private long _dropped;
    private bool _isWriting;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Add(Redaction.Of(value.ToString()));

    public override void Write(string? value) => Add(Redaction.Of(value ?? ""));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    public override void WriteLine() => Add(NewLine);

    public override void WriteLine(string? value) => Add(Redaction.Of((value ?? "").ReplaceLineEndings(" ")) + NewLine);

    public override Task WriteAsync(char value) => Done(() => Write(value));

    public override Task WriteAsync(string? value) => Done(() => Write(value));

    public override Task WriteLineAsync(string? value) => Done(() => WriteLine(value));

    /// <summary>Waits for nothing.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync() => Task.CompletedTask;

    /// <summary>
    /// Waits until everything has been written, but no longer than one second in the whole life of this writer: who stops has other things to do.
    /// </summary>
    public void Drain()
    {
        lock (_lock)
        {
            while ((_waiting.Count > 0 || _isWriting) && _drainTime > TimeSpan.Zero)
            {
                var start = TimeProvider.System.GetTimestamp();
                Monitor.Wait(_lock, _drainTime);
                _drainTime -= TimeProvider.System.GetElapsedTime(start);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Drain();
        base.Dispose(disposing);
    }

    private static Task Done(Action write)
    {
        write();
        return Task.CompletedTask;
    }

    private void Add(string text)
    {
        if (text.Length == 0) return;
        lock (_lock)
        {
            if (_length + text.Length > (_dropped == 0 ? MostWaiting : MostWaiting / 2))
            {
                _dropped += Math.Max(1, text.Count(c => c == '\n'));
                return;
            }

            TellDropped();
            Enqueue(text);
        }
    }

    private void TellDropped()
    {
        if (_dropped == 0) return;
        Enqueue($"{_dropped} lines are missing here: nobody took them in time{NewLine}");
        _dropped = 0;
    }

    private void Enqueue(string text)
    {
        _waiting.Enqueue(text);
        _length += text.Length;
        if (_thread is null)
        {
            _thread = new Thread(WriteAll) { IsBackground = true, Name = "kairos.people" }; // it may hang for ever, and must not hold the process
            _thread.Start();
        }

        Monitor.PulseAll(_lock);
    }

    private void WriteAll()
    {
        while (Take() is { } text)
        {
            try
            {
                inner.Write(text);
                inner.Flush();
            }
            catch (Exception)
            {
                // There is nobody to tell.
            }
        }
    }

    /// <summary>What is to be written next; null when there has been nothing for long.</summary>
    private string? Take()
    {
        lock (_lock)
        {
            _isWriting = false;
            if (_waiting.Count == 0) TellDropped();
            if (_waiting.Count == 0)
            {
                Monitor.PulseAll(_lock); // for who drains
                Monitor.Wait(_lock, Linger);
            }

            _isWriting = _waiting.TryDequeue(out var text);
            _length -= text?.Length ?? 0;
            if (text is null) _thread = null;
            return text;
        }
    }
}
