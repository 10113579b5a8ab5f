namespace Kairos.Host.Replay;

/// <summary>How a replay is shown: as lines for programs, or as a table for people.</summary>
internal interface IReplayOutput
{
    /// <summary>Shows one change, as it happens.</summary>
    void Write(ReplayedChange change);

    /// <summary>Shows how it ended.</summary>
    void WriteFinal(ReplayEngine engine);
}
