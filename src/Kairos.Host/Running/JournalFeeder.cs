using Kairos.Host.Journal;
using Kairos.Hosting;

namespace Kairos.Host.Running;

/// <summary>What has been fed so far.</summary>
internal sealed class FeedingProgress
{
    /// <summary>Events that were taken.</summary>
    public long Accepted { get; set; }

    /// <summary>Lines that were wrong.</summary>
    public long Skipped { get; set; }

    /// <summary>How far the journal's own time has come.</summary>
    public TimeSpan At { get; set; }
}

/// <summary>
/// Feeds a journal to the components, at its own pace or as fast as they take it in: every so many events it waits until all of them have
/// been decided and counted, so the mailboxes never grow with the file.
/// </summary>
internal sealed class JournalFeeder(IKairos kairos, TimeProvider time, string source, TextWriter log)
{
    private const int Batch = 4096;
    private const int MostFaultsShown = 20;

    /// <summary>What has been fed so far; written by the feeder, read by whoever shows it.</summary>
    public FeedingProgress Progress { get; } = new();

    /// <summary>Feeds until the journal ends. What is accepted is told before anything else is read.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; what <see cref="Progress"/> counts as accepted has been told.</exception>
    public async Task FeedAsync(Stream journal, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var clock = new JournalClock();
        await foreach (var line in JournalReader.ReadAsync(journal, cancellation).ConfigureAwait(false))
        {
            try
            {
                if (line.Fault is not null) throw new JournalException(line.Fault);
                if (line.Event.At is { } at) Progress.At = clock.MoveTo(at);
            }
            catch (JournalException fault)
            {
                Skip(line.Number, fault.Message);
                continue;
            }

            if (line.Event.At is not null) await WaitUntilAsync(start, Progress.At, cancellation).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            Progress.Accepted++;
            if (line.Event.IsEnd) return;
            kairos.Supervisor.Tell(line.Event.Message!, Akka.Actor.ActorRefs.NoSender);
            if (Progress.Accepted % Batch == 0) await kairos.DrainAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task WaitUntilAsync(long start, TimeSpan moment, CancellationToken cancellation)
    {
        var rest = moment - time.GetElapsedTime(start);
        if (rest > TimeSpan.Zero) await Task.Delay(rest, time, cancellation).ConfigureAwait(false);
    }

    private void Skip(long line, string fault)
    {
        Progress.Skipped++;
        if (Progress.Skipped <= MostFaultsShown) log.WriteLine($"{source}:{line}: {fault}");
        if (Progress.Skipped == MostFaultsShown) log.WriteLine("Further lines that are wrong are counted only.");
    }
}
