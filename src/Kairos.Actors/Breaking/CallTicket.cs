namespace Kairos.Breaking;

/// <summary>
/// What an admitted call carries and its outcome gives back: the generation it was admitted under and, for a probe call, the number of
/// its lease. An outcome whose generation has passed changes no state.
/// </summary>
internal readonly record struct CallTicket(long Generation, long Lease)
{
    /// <summary>The ticket of a report: it belongs to whatever generation is current when it arrives.</summary>
    public static readonly CallTicket Report = new(-1, 0);

    /// <summary>Whether this is a probe call under a lease.</summary>
    public bool IsProbe => Lease > 0;
}

/// <summary>The lease of a running probe call: its number, and the moment at which a call that has not ended counts as failed.</summary>
internal readonly record struct ProbeLease(long Number, TimeSpan Until);
