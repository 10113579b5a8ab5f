using System.Globalization;
using System.Text.RegularExpressions;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Documents;

namespace Kairos.Host.Tests.Documents;

/// <summary>The numbers by which operators know what is logged: each is used once, and the guide has them all.</summary>
public sealed partial class EventIdTests
{
    [Fact]
    public void Every_event_id_is_used_once_and_stands_in_the_guide() => Assert.Equal(
        MarkdownDocument.OperatingGuide.Table("id", "level", "says").SelectMany(row => row[0].Split(", ")).Select(Number).Order(),
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => Id().Matches(File.ReadAllText(path))).Select(match => Number(match.Groups[1].Value)).Order());

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[LoggerMessage\((?:EventId = )?([0-9]+)")]
    private static partial Regex Id();
}
