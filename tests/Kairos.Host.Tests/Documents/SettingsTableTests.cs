using System.Text.RegularExpressions;
using Kairos.Host.Tests.Processes;
using Kairos.Telemetry.Configuration;
using Kairos.TestUtilities.Documents;

namespace Kairos.Host.Tests.Documents;

/// <summary>The table of all telemetry settings, against what the program itself says.</summary>
public sealed partial class SettingsTableTests
{
    private static readonly IReadOnlyList<string[]> Rows = MarkdownDocument.OperatingGuide.Table("variable", "HOCON", "default");

    [Fact]
    public void The_table_has_exactly_the_variables_and_keys_of_the_host() => Assert.Equal(
        TelemetryKeys.All.Select(key => (TelemetryKeys.OwnOf(key).Name, key.FullKey)).Order(),
        Rows.SelectMany(row => Expand(row[0], '_').Zip(Expand(row[1], '.'))).Order());

    [Fact]
    public async Task The_table_has_exactly_the_keys_and_the_defaults_that_the_program_prints()
    {
        var result = await HostRun.RunAsync("config");
        var printed = result.OutputLines.Select(line => Printed().Match(line))
            .Where(line => line.Groups["key"].Value is var key && (key.StartsWith("kairos.telemetry.", StringComparison.Ordinal) || key.StartsWith("kairos.service.", StringComparison.Ordinal)))
            .ToDictionary(line => line.Groups["key"].Value, line => line.Groups["value"].Value);
        var table = Rows.SelectMany(row => Expand(row[1], '.').Select((key, index) => (Key: key, Default: DefaultOf(row[2], index)))).ToList();

        Assert.Equal(printed.Keys.Order(), table.Select(row => row.Key).Order());
        Assert.All(table.Where(row => row.Default is not null), row => Assert.Equal((row.Key, row.Default), (row.Key, printed[row.Key])));
        Assert.Equal(
            ["kairos.service.instance-id", "kairos.service.version", "kairos.telemetry.otlp.certificate"],
            table.Where(row => row.Default is null).Select(row => row.Key).Order());
    }

    /// <summary>The names of a cell: the first in full, others by what stands in place of its end.</summary>
    private static string[] Expand(string cell, char separator)
    {
        var names = MarkdownDocument.Code(cell);
        return [.. names.Select((name, index) => index == 0 ? name : InPlaceOfTheEnd(names[0], name, separator))];
    }

    private static string InPlaceOfTheEnd(string first, string end, char separator)
    {
        var known = TelemetryKeys.All.SelectMany(key => new[] { TelemetryKeys.OwnOf(key).Name, key.FullKey }).ToHashSet();
        return Assert.Single(Enumerable.Range(0, first.Length).Where(at => first[at] == separator).Select(at => first[..at] + end), known.Contains);
    }

    /// <summary>The default as the program prints it; null where the table has words for it.</summary>
    private static string? DefaultOf(string cell, int index)
    {
        var parts = cell.Split(", ");
        var match = Literal().Match(index < parts.Length && index > 0 ? parts[index] : cell);
        return !match.Success ? null : match.Value == "none" ? "(none)" : match.Value.Trim('`').Replace(" s", "s", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^(?<key>\S+) = (?<value>.*?) +# ")]
    private static partial Regex Printed();

    [GeneratedRegex(@"^(?:`[^`]+`|\d+(?: s)?|none)")]
    private static partial Regex Literal();
}
