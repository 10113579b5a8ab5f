using Kairos.Host.Chat;
using Kairos.Hosting;

namespace Kairos.Host.Running;

/// <summary>What the host says at its end, on standard error.</summary>
internal static class FinalReport
{
    public static void Write(IKairos kairos, FeedingProgress progress) =>
        Write(kairos, $"accepted {progress.Accepted} events, skipped {progress.Skipped}");

    public static void Write(IKairos kairos, ChatProgress progress) => Write(kairos, $"answered {progress.Answered} prompts, {progress.Failed} failed");

    private static void Write(IKairos kairos, string summary)
    {
        var table = Tables.OfComponents();
        foreach (var s in kairos.Snapshots) Tables.AddComponent(table, s.Component, s.Circuit, s.Health, s.Errors, s.Recovered, s.ErrorsPerMinute);
        Tables.ConsoleOn(Console.Error, isRedirected: true).Write(table);
        Console.Error.WriteLine(summary);
    }
}
