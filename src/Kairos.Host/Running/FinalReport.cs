using Kairos.Hosting;
using Kairos.Telemetry.Export;

namespace Kairos.Host.Running;

/// <summary>What the host says at its end, on standard error.</summary>
internal static class FinalReport
{
    public static void Write(IKairos kairos, ExportHealth exports, FeedingProgress progress)
    {
        var table = Tables.OfComponents();
        foreach (var s in kairos.Snapshots) Tables.AddComponent(table, s.Component, s.Circuit, s.Health, s.Errors, s.Recovered, s.ErrorsPerMinute);
        Tables.ConsoleOn(Console.Error, Console.IsErrorRedirected).Write(table);
        if (exports.Trouble is { } trouble) Console.Error.WriteLine($"{trouble}: the last of them did not arrive");
        Console.Error.WriteLine($"accepted {progress.Accepted} events, skipped {progress.Skipped}");
    }
}
