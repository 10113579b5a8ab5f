namespace Kairos.Host.Journal;

/// <summary>A journal's own time: turns what its lines say into offsets from its start, which never run backwards.</summary>
internal sealed class JournalClock
{
    private TimeSpan? _start; // as a distance from the year 1, which unlike a date may be negative

    /// <summary>The moment of the last line.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Moves on to the moment of a line. The first point in time that a journal names is taken for the moment of the line above it.</summary>
    /// <exception cref="JournalException">It lies before the line above.</exception>
    public TimeSpan MoveTo(JournalTime at)
    {
        var moment = at.Offset;
        if (at.Instant is { } instant)
        {
            var point = TimeSpan.FromTicks(instant.UtcTicks);
            _start ??= point - Now;
            moment = point - _start.Value;
        }

        if (moment < Now)
            throw new JournalException($"'at' is {JournalTime.Write(moment)}, which is before the line above, {JournalTime.Write(Now)}");
        return Now = moment;
    }
}
