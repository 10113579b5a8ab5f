using System.Globalization;
using Kairos.Classification;

namespace Kairos.Tests.Classification;

/// <summary><c>docs/providers.md</c> shows the tables that the code goes by, no row more and no row less.</summary>
public sealed class ProvidersDocumentTests
{
    [Fact]
    public void Shows_what_each_meaning_is() => Assert.Equal(Rows(Enum.GetValues<Meaning>(), RowOf), Table("meanings"));

    [Fact]
    public void Shows_what_each_status_means() => Assert.Equal(
        Rows(Enumerable.Range(300, 300).Where(status => IsOfItsOwn(status)).GroupBy(Meanings.OfStatus).OrderBy(group => group.Key),
            group => $"| {string.Join(", ", group.Select(status => status.ToString(CultureInfo.InvariantCulture)))} | {NameOf(group.Key)} |"),
        Table("statuses"));

    [Fact]
    public void Shows_the_words_of_each_provider() => Assert.Equal(
        Rows(Kairos.Classification.Providers.All, provider => $"| {provider.Name} | {provider.Tells} | {string.Join("; ", provider.Words.Select(row => $"{NameOf(row.Meaning)}: {string.Join(", ", row.Words.Select(word => $"`{word}`"))}"))} |"),
        Table("providers"));

    [Fact]
    public void A_word_means_one_thing() => Assert.Empty(
        Kairos.Classification.Providers.All.SelectMany(provider => provider.Words).SelectMany(row => row.Words).GroupBy(word => word, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key));

    /// <summary>Those that mean something else than the hundred that they are of.</summary>
    private static bool IsOfItsOwn(int status) =>
        status % 100 == 0 || Meanings.OfStatus(status) != Meanings.OfStatus(status / 100 * 100);

    private static string RowOf(Meaning meaning)
    {
        var (plain, waiting, memory) = (ErrorOf(meaning, false, "llm"), ErrorOf(meaning, true, "llm"), ErrorOf(meaning, false, "memory"));
        return $"| {NameOf(meaning)} | {Describe(plain)} | {(Describe(waiting) == Describe(plain) ? "the same" : Describe(waiting))} | {(Describe(memory) == Describe(plain) ? "the same" : Describe(memory))} |";
    }

    private static KairosError ErrorOf(Meaning meaning, bool hasWait, string component) =>
        Meanings.ErrorOf(meaning, hasWait, new IOException("x"), TableCase.On(component)) with { RetryAfter = hasWait ? TimeSpan.FromSeconds(1) : null };

    private static string Describe(KairosError error) =>
        $"`{error.Code.ToWireName()}`, {(error.Recoverable ? "recoverable" : "not recoverable")}, {error.Verdict.ToWireName()}";

    private static string NameOf(Meaning meaning) => string.Concat(meaning.ToString().Select((letter, at) =>
        char.IsUpper(letter) && at > 0 ? $" {char.ToLowerInvariant(letter)}" : char.ToLowerInvariant(letter).ToString()));

    private static string Rows<T>(IEnumerable<T> all, Func<T, string> row) => string.Join('\n', all.Select(row));

    private static string Table(string name)
    {
        var document = File.ReadAllText(Path.Combine(Root, "docs", "providers.md")).ReplaceLineEndings("\n");
        var begin = document.IndexOf($"<!-- table: {name} -->", StringComparison.Ordinal);
        var rows = document[begin..document.IndexOf("<!-- /table -->", begin, StringComparison.Ordinal)].Split('\n').Where(line => line.StartsWith('|'));
        return string.Join('\n', rows.Skip(2));
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "Kairos.Actors.sln"))) folder = folder.Parent;
            return folder.FullName;
        }
    }
}
