using System.Globalization;
using Kairos.Host.Tests.Journal;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>Journals for hosts that are looked at while they run: they end long after the test has.</summary>
internal static class Journals
{
    private const string FarEnd = """{"at":"+8000h","event":"end"}""";
    private const int Seconds = 6 * 3600;

    /// <summary>A recorded journal, without its end.</summary>
    public static string Endless(JournalFile journal) =>
        string.Concat(File.ReadLines(journal.Path).Where(line => !line.Contains("\"end\"", StringComparison.Ordinal)).Append(FarEnd).Select(line => line + "\n"));

    /// <summary>The events that <paramref name="eventsAt"/> gives for each second.</summary>
    public static string Of(Func<int, IEnumerable<string>> eventsAt) => string.Concat(Enumerable.Range(0, Seconds)
        .SelectMany(second => eventsAt(second).Select(line => string.Create(CultureInfo.InvariantCulture, $$"""{"at":"+{{second}}s",{{line[1..]}}""")))
        .Append(FarEnd)
        .Select(line => line + "\n"));
}
