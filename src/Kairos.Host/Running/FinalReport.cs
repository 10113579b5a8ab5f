namespace Kairos.Host.Running;

/// <summary>What the host says at its end, on standard error.</summary>
internal static class FinalReport
{
    public static void Write(IKairos kairos, FeedingProgress progress)
    {
        var table = Tables.OfComponents();
        foreach (var s in kairos.Snapshots) Tables.AddComponent(table, s.Component, s.Circuit, s.Health, s.Errors, s.Recovered, s.ErrorsPerMinute);
        Tables.ConsoleOn(Console.Error, isRedirected: true).Write(table);
        Console.Error.WriteLine($"accepted {progress.Accepted} events, skipped {progress.Skipped}");
    }
}
