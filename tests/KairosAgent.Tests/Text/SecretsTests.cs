using System.Text;
using CsCheck;
using KairosAgent.Models;
using KairosAgent.Text;

namespace KairosAgent.Tests.Text;

public sealed class SecretsTests
{
    private static readonly Secrets Hidden = new("key-of-mine", "another-key");
    private static readonly Secrets Repetitive = new("abababab");

    // Of few letters and of parts of the secret, so that beginnings and whole ones occur all the time.
    private static readonly string[] Parts = ["a", "b", "ab", "aba", "ababab", "abababab", "x", ""];
    private static readonly Gen<string[]> Pieces = Gen.Int[0, Parts.Length - 1].Select(number => Parts[number]).Array[0, 20];

    [Fact]
    public void However_a_text_is_cut_what_is_shown_is_the_same() => Pieces.Sample(
        pieces =>
        {
            var filter = new SecretFilter(Repetitive);
            var shown = string.Concat(pieces.Select(filter.Push)) + filter.Flush();
            Assert.Equal(string.Concat(pieces).Replace("abababab", "***", StringComparison.Ordinal), shown);
        },
        iter: 5000);

    [Fact]
    public void A_text_without_secrets_is_shown_as_it_comes()
    {
        var filter = new SecretFilter(Hidden);

        Assert.Equal(["one ", "two, ", "key three ", ""], [filter.Push("one "), filter.Push("two, key"), filter.Push(" three k"), filter.Push("ey-of")]);
        Assert.Equal("key-of", filter.Flush());
        Assert.Equal("", filter.Flush());
    }

    [Fact]
    public void What_is_too_short_is_no_secret()
    {
        Assert.True(new Secrets("none", "", "ollama").AreNone);
        Assert.Equal("none of it", new Secrets("none").Hide("none of it"));
        Assert.Equal("*** of it", new Secrets("nonesuch").Hide("nonesuch of it"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task A_body_is_read_without_them_and_is_otherwise_what_it_was(int atATime)
    {
        var body = Encoding.UTF8.GetBytes("für key-of-mine 日本 key-of-min key-of-mine key-of");
        await using var stream = new ScrubbedStream(new Dribble(body, atATime), Hidden);
        using var reader = new StreamReader(stream, Encoding.UTF8);

        Assert.Equal("für *** 日本 key-of-min *** key-of", await reader.ReadToEndAsync());
    }

    private sealed class Dribble(byte[] bytes, int atATime) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, atATime)], cancellationToken);
    }
}
