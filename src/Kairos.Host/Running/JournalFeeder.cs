using Kairos.Host.Journal;

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
/// <param name="kairos">Whom the journal is told.</param>
/// <param name="time">The clock that the components go by.</param>
/// <param name="isLive">Whether the journal is being written while it is read. Then time passes without it; else it passes from line to
/// line, and everything that a line says is decided at the moment of that line.</param>
/// <param name="wrong">Where lines that are wrong are named.</param>
internal sealed class JournalFeeder(IKairos kairos, AcceleratedTimeProvider time, bool isLive, WrongLines wrong)
{
    private const int Batch = 4096;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1); // a delay has a limit; a journal may have months

    /// <summary>What has been fed so far; written by the feeder, read by whoever shows it.</summary>
    public FeedingProgress Progress { get; } = new();

    /// <summary>Feeds until the journal ends. What is accepted is told before anything else is read.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; what <see cref="Progress"/> counts as accepted has been told.</exception>
    public async Task FeedAsync(Stream journal, CancellationToken cancellationToken)
    {
        var start = time.Now;
        if (!isLive) time.RunUpTo(start);
        var clock = new JournalClock();
        await foreach (var line in JournalReader.ReadAsync(journal, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (line.Problem is not null) throw new JournalException(line.Problem);
                if (line.Event.At is { } at) Progress.At = clock.MoveTo(at);
            }
            catch (JournalException fault)
            {
                wrong.Add(line.Number, fault.Message);
                Progress.Skipped = wrong.Count;
                continue;
            }

            if (line.Event.At is not null) await MoveToAsync(start + Progress.At, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            Progress.Accepted++;
            if (line.Event.IsEnd) return;
            kairos.Supervisor.Tell(line.Event.Message!, Akka.Actor.ActorRefs.NoSender);
            if (Progress.Accepted % Batch == 0) await kairos.DrainAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task MoveToAsync(TimeSpan moment, CancellationToken cancellationToken)
    {
        if (time.Now >= moment) return;
        if (!isLive)
        {
            await kairos.DrainAsync(cancellationToken).ConfigureAwait(false);
            time.RunUpTo(moment);
        }

        while (moment - time.Now is { Ticks: > 0 } rest)
            await Task.Delay(rest < LongestDelay ? rest : LongestDelay, time, cancellationToken).ConfigureAwait(false);
    }
}
