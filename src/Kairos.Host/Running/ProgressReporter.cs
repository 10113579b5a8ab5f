using Kairos.Host.Journal;

namespace Kairos.Host.Running;

/// <summary>Says on the log how far a journal has come: at first soon, then every few seconds.</summary>
internal sealed class ProgressReporter : IAsyncDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly ITimer _timer;

    public ProgressReporter(FeedingProgress progress, TextWriter log) =>
        _timer = TimeProvider.System.CreateTimer(_ => Report(progress, log), null, First, Period);

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private static void Report(FeedingProgress progress, TextWriter log) =>
        log.WriteLine($"at {JournalTime.Write(progress.At)}: {progress.Accepted} events");
}
