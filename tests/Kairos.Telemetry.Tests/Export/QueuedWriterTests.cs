using System.Text;
using Kairos.Telemetry.Export;
using Microsoft.Extensions.Logging;

namespace Kairos.Telemetry.Tests.Export;

public sealed class QueuedWriterTests
{
    private static readonly string Long = new('x', 999);

    [Fact]
    public void What_is_written_arrives_in_order()
    {
        using var reader = new Reader();
        using var writer = new QueuedWriter(reader) { NewLine = "\n" };

        writer.Write('a');
        writer.Write("b");
        writer.Write(['c', 'd'], 0, 2);
        writer.Write("e".AsSpan());
        writer.WriteLine();
        writer.WriteLine("f");
        writer.WriteLine($"{1}");
        writer.Drain();

        Assert.Equal("abcde\nf\n1\n", reader.Text);
    }

    [Fact]
    public void A_line_stays_a_line_and_no_control_character_passes()
    {
        using var reader = new Reader();
        using var writer = new QueuedWriter(reader) { NewLine = "\n" };

        writer.WriteLine("one\r\nforged \u001b[31m\u202e");
        writer.Write("a table\nof two \u001b]0;title\a lines\n");
        writer.Drain();

        Assert.Equal("one forged  [31m \na table\nof two  ]0;title  lines\n", reader.Text);
    }

    [Fact]
    public void No_secret_passes_whoever_writes_it()
    {
        using var reader = new Reader();
        using var writer = new QueuedWriter(reader) { NewLine = "\n" };
        using var provider = new LineLoggerProvider(writer);
        var failure = new InvalidOperationException("Authorization: Bearer eyJhbGciOi99");

        writer.WriteLine("token=s3cr3t99");
        writer.Write("https://user:s3cr3t99@host/\n");
        foreach (var category in new[] { "Kairos.Host", "Elsewhere" }) provider.CreateLogger(category).Log(LogLevel.Error, default, "api_key: s3cr3t99", failure, static (text, _) => text);
        writer.Drain();

        Assert.DoesNotContain("s3cr3t99", reader.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", reader.Text, StringComparison.Ordinal);
        Assert.Contains("token=***\nhttps://***@host/\n", reader.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_waits_for_a_reader_that_has_stopped_and_what_was_dropped_is_said_when_it_reads_on()
    {
        using var reader = new Reader();
        using var writer = new QueuedWriter(reader) { NewLine = "\n" };
        reader.Stop();
        writer.WriteLine("first");
        reader.WaitUntilHeld();

        for (var i = 0; i < 1500; i++) writer.WriteLine(Long); // a thousand characters each, of which a million may wait
        reader.GoOn();
        writer.Drain();
        writer.WriteLine("last");
        writer.Drain();

        Assert.Equal("first\n" + string.Concat(Enumerable.Repeat(Long + "\n", 1000)) + "500 lines are missing here: nobody took them in time\nlast\n", reader.Text);
    }

    [Fact]
    public void Once_lines_are_dropped_all_are_until_half_of_the_queue_is_free_so_that_gaps_are_few()
    {
        using var reader = new Reader();
        using var writer = new QueuedWriter(reader) { NewLine = "\n" };
        reader.Stop();
        writer.WriteLine("first");
        reader.WaitUntilHeld();
        for (var i = 0; i < 1200; i++) writer.WriteLine(Long);

        reader.GoOn(lines: 100);
        writer.WriteLine("still dropped");
        reader.GoOn(lines: 500);
        writer.WriteLine("there is room again");
        reader.GoOn();
        writer.Drain();

        Assert.EndsWith("x\n201 lines are missing here: nobody took them in time\nthere is room again\n", reader.Text, StringComparison.Ordinal);
        Assert.Equal(2, reader.Text.Split("are missing").Length);
    }

    [Fact]
    public void Who_stops_waits_a_second_for_a_reader_that_has_stopped_and_no_second_time()
    {
        using var reader = new Reader();
        using var writer = new QueuedWriter(reader) { NewLine = "\n" };
        reader.Stop();
        writer.WriteLine("first");

        var start = TimeProvider.System.GetTimestamp();
        writer.Drain();
        var first = TimeProvider.System.GetElapsedTime(start);
        for (var again = 0; again < 1000; again++) writer.Drain();
        var all = TimeProvider.System.GetElapsedTime(start);

        Assert.InRange(first, TimeSpan.FromSeconds(0.9), TimeSpan.MaxValue);
        Assert.InRange(all, first, TimeSpan.FromMinutes(5)); // a second for each would be a quarter of an hour
        reader.GoOn();
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    [InlineData(typeof(ObjectDisposedException))]
    public void What_cannot_be_written_is_lost_and_nothing_else_happens(Type failure)
    {
        using var reader = new Reader { Failure = failure == typeof(ObjectDisposedException) ? new ObjectDisposedException("stderr") : (Exception)Activator.CreateInstance(failure)! };
        using var writer = new QueuedWriter(reader) { NewLine = "\n" };

        writer.WriteLine("lost");
        writer.Drain();
        reader.Failure = null;
        writer.WriteLine("kept");
        writer.Drain();

        Assert.Equal("kept\n", reader.Text);
    }

    /// <summary>Somebody who reads, and stops when told to.</summary>
    private sealed class Reader : TextWriter
    {
        private readonly object _lock = new();
        private readonly StringBuilder _text = new();
        private long _allowed = long.MaxValue;
        private bool _isHeld;

        public Exception? Failure { get; set; }

        public override Encoding Encoding => Encoding.UTF8;

        public string Text
        {
            get
            {
                lock (_lock) return _text.ToString();
            }
        }

        public void Stop() => _allowed = 0;

        public void WaitUntilHeld()
        {
            lock (_lock)
            {
                while (!_isHeld) Assert.True(Monitor.Wait(_lock, TimeSpan.FromSeconds(30)));
            }
        }

        public void GoOn(long lines = long.MaxValue)
        {
            lock (_lock)
            {
                (_allowed, _isHeld) = (lines, false);
                Monitor.PulseAll(_lock);
            }

            if (lines < long.MaxValue) WaitUntilHeld();
        }

        public override void Write(string? value)
        {
            lock (_lock)
            {
                while (_allowed == 0)
                {
                    _isHeld = true;
                    Monitor.PulseAll(_lock);
                    Monitor.Wait(_lock);
                }

                _allowed--;
                if (Failure is { } failure) throw failure;
                _text.Append(value);
            }
        }
    }
}
