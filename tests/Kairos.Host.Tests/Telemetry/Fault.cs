namespace Kairos.Host.Tests.Telemetry;

/// <summary>What can be wrong with a collector, or on the way to it.</summary>
public enum Fault
{
    /// <summary>Connections are refused.</summary>
    NotThere,

    /// <summary>Its name is known to nobody. The one that does not pass.</summary>
    UnknownName,

    /// <summary>It shows the certificate of a stranger.</summary>
    WrongCertificate,

    /// <summary>Connections are made, and never a word is said on them.</summary>
    Mute,

    /// <summary>It takes what it is sent, and never answers.</summary>
    NeverAnswers,

    /// <summary>It answers after 20 s, which is more than anybody waits.</summary>
    AnswersAfter20Seconds,

    /// <summary>RESOURCE_EXHAUSTED, or 429.</summary>
    ResourceExhausted,

    /// <summary>UNAVAILABLE, or 503.</summary>
    Unavailable,

    /// <summary>UNAUTHENTICATED, or 401.</summary>
    Unauthenticated,
}
