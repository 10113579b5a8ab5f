using System.Globalization;
using Kairos;
using KairosAgent.Chat;

namespace KairosAgent.Running;

/// <summary>What the agent says at its end: how its components are, and what became of the prompts.</summary>
internal static class FinalReport
{
    public static void Write(IKairos kairos, ChatProgress progress, TextWriter log)
    {
        string[][] rows =
        [
            ["component", "circuit", "health", "errors", "recovered"],
            .. kairos.Snapshots.Select(it => new[] { it.Component, it.Circuit.ToWireName(), it.Health.ToWireName(), Number(it.Errors), Number(it.Recovered) }),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows) log.WriteLine(string.Join("   ", row.Zip(widths, (cell, width) => cell.PadRight(width))).TrimEnd());
        log.WriteLine($"answered {progress.Answered} prompts, {progress.Failed} failed");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
