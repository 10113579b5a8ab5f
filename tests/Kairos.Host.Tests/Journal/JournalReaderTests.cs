using System.Text;
using CsCheck;
using Kairos.Host.Journal;

namespace Kairos.Host.Tests.Journal;

public sealed class JournalReaderTests
{
    private const string Success = """{"component":"llm","event":"success"}""";

    [Theory]
    [InlineData("1\n2\n")]
    [InlineData("1\n2")]
    [InlineData("1\r\n2\r\n")]
    [InlineData("\uFEFF1\n2\n")]
    [InlineData("\uFEFF1\r\n \t2 \r\n")]
    public async Task Lines_may_end_as_on_any_system_and_begin_with_a_byte_order_mark(string text)
    {
        var lines = await ReadAsync(text.Replace("1", Success, StringComparison.Ordinal).Replace("2", Success, StringComparison.Ordinal));

        Assert.Equal([(1, null), (2, null)], lines);
    }

    [Fact]
    public async Task Empty_lines_are_passed_over_and_counted() =>
        Assert.Equal([(2, null), (5, null)], await ReadAsync($"\n{Success}\n\r\n   \n{Success}\n\n"));

    [Fact]
    public async Task A_byte_order_mark_in_the_middle_is_a_fault() =>
        Assert.Equal([(1, null), (2, "not JSON, at byte 1")], await ReadAsync($"{Success}\n\uFEFF{Success}\n"));

    [Theory]
    [InlineData(0, 7, null)]
    [InlineData(1, 7, "longer than 65536 bytes")]
    [InlineData(3 * JournalReader.MaxLineBytes, 10_000, "longer than 65536 bytes")]
    public async Task The_longest_line_is_read_and_a_longer_one_skipped(int more, int chunk, string? fault)
    {
        const string Frame = """{"component":"llm","event":"health","status":"healthy","message":""}""";
        var line = Frame.Insert(Frame.Length - 2, new string('x', JournalReader.MaxLineBytes - Frame.Length + more));

        Assert.Equal([(1, null), (2, fault), (3, null)], await ReadAsync($"{Success}\n{line}\n{Success}", chunk * 100));
        Assert.Equal([(1, fault)], await ReadAsync(line, chunk * 100));
    }

    [Fact]
    public async Task A_wrong_line_does_not_keep_the_next_from_being_read() =>
        Assert.Equal([(1, "not JSON, at byte 1"), (2, null), (3, "not a JSON object"), (4, null)], await ReadAsync($"x\n{Success}\n[]\n{Success}"));

    [Fact]
    public void Whatever_it_reads_it_reports_faults_and_throws_nothing()
    {
        var anything = Gen.Byte.Array[0, 200];
        var almost = Gen.OneOf(
            [
                "{", "}", "\"", ":", ",", "\n", "\r", "\\", "\\ud800", "null", "1e999", "[", "{\"a\":", "\"at\"", "\"event\"", "\"end\"", Success, "é",
                "\0",
            ])
            .Array[0, 30].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));
        var mutated = Gen.Select(Gen.Int[0, Success.Length - 1], Gen.Byte, (at, value) =>
        {
            var bytes = Encoding.UTF8.GetBytes(Success);
            bytes[at] = value;
            return bytes;
        });

        Gen.Select(Gen.OneOf(anything, almost, mutated), Gen.Int[1, 50]).Sample(
            (bytes, chunk) => ReadAsync(bytes, chunk).GetAwaiter().GetResult().All(line => line.Problem is null || !line.Problem.Any(char.IsControl)),
            iter: 2000);
    }

    [Fact]
    public async Task A_reader_that_waits_can_be_told_to_stop()
    {
        using var stopping = new CancellationTokenSource();
        var lines = JournalReader.ReadAsync(new SilentStream(), stopping.Token).GetAsyncEnumerator();
        var waiting = lines.MoveNextAsync();

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
    }

    private static Task<List<(long Number, string? Problem)>> ReadAsync(string text, int chunk = 4096) => ReadAsync(Encoding.UTF8.GetBytes(text), chunk);

    private static async Task<List<(long Number, string? Problem)>> ReadAsync(byte[] bytes, int chunk)
    {
        var lines = new List<(long, string?)>();
        await foreach (var line in JournalReader.ReadAsync(new ChunkedStream(bytes, chunk), CancellationToken.None))
        {
            lines.Add((line.Number, line.Problem));
            if (line.Problem is null && !line.Event.IsEnd) Assert.True(ComponentName.IsValid(line.Event.Message!.Component));
        }

        return lines;
    }

    /// <summary>Hands out a few bytes at a time, as a pipe may.</summary>
    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, chunk)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, chunk));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, chunk)], cancellationToken);
    }

    /// <summary>Has nothing to say and does not end, and cannot be interrupted.</summary>
    private sealed class SilentStream : MemoryStream
    {
        private readonly TaskCompletionSource<int> _never = new();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_never.Task);
    }
}
