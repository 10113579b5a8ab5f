using System.Globalization;
using Spectre.Console;

namespace Kairos.Host.Running;

/// <summary>The tables that people read.</summary>
internal static class Tables
{
    /// <summary>A console on a writer. Without a terminal behind it: plain text, wide enough that nothing is broken into two lines.</summary>
    public static IAnsiConsole ConsoleOn(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (isRedirected) console.Profile.Width = 200;
        return console;
    }

    public static Table Create(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns) table.AddColumn(column);
        return table;
    }

    public static Table OfComponents() => Create("component", "circuit", "health", "errors", "recovered", "errors per minute");

    public static void AddComponent(
        Table table, string name, CircuitStatus circuit, ComponentHealth health, long errors, long recovered, long errorsPerMinute) => table.AddRow(
        name,
        circuit.ToWireName(),
        health.ToWireName(),
        Number(errors),
        Number(recovered),
        Number(errorsPerMinute));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
