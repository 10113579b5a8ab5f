namespace Kairos.Host.Running;

/// <summary>What the host says at its end, on standard error.</summary>
internal static class FinalReport
{
    public static void Write(IKairos kairos, FeedingProgress progress, TextWriter people)
    {
        var table = Tables.OfComponents();
        foreach (var s in kairos.Snapshots) Tables.AddComponent(table, s.Component, s.Circuit, s.Health, s.Errors, s.Recovered, s.ErrorsPerMinute);
        Tables.ConsoleOn(people, isRedirected: true).Write(table);
        people.WriteLine($"accepted {progress.Accepted} events, skipped {progress.Skipped}");
    }
}
