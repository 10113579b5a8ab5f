namespace Kairos.Classification;

/// <summary>What a failed answer means. Statuses and the words of providers are translated into these, and these alone into errors.</summary>
internal enum Meaning
{
    /// <summary>Fewer calls are asked for.</summary>
    RateLimit,

    /// <summary>The money or the quota is used up: waiting for seconds does not help.</summary>
    Quota,

    /// <summary>There is too much to do at present.</summary>
    Overloaded,

    /// <summary>It took too long.</summary>
    Timeout,

    /// <summary>The credentials are refused.</summary>
    Unauthorized,

    /// <summary>What was asked for does not exist.</summary>
    NotFound,

    /// <summary>The request itself is wrong.</summary>
    InvalidInput,

    /// <summary>The request, or what was answered to it, was held back for what it says.</summary>
    Moderated,

    /// <summary>The callee failed, and may do better next time.</summary>
    Failing,

    /// <summary>The callee cannot do it, and will not learn to.</summary>
    Unsupported,
}

/// <summary>Who answers, as far as that changes what an answer means.</summary>
internal enum Answerer
{
    /// <summary>The component: its name says whether it is one thing, as a model is, or has many, as a memory has.</summary>
    Component,

    /// <summary>A service that has many things, whatever the component is called: that one is not there does not speak against it.</summary>
    Service,

    /// <summary>Such a service on the web, where one page may be closed to those who may see the next: refused credentials are counted.</summary>
    Web,
}

/// <summary>The one table of what a failed answer means. <c>docs/providers.md</c> shows it.</summary>
internal static class Meanings
{
    /// <summary>The error. Those of a tool that changes things are not recoverable where the callee may have begun.</summary>
    /// <param name="meaning">The meaning.</param>
    /// <param name="hasWait">Whether the callee says how long to wait.</param>
    /// <param name="cause">The exception that told it.</param>
    /// <param name="context">The call.</param>
    /// <param name="from">Who answers.</param>
    public static KairosError ErrorOf(Meaning meaning, bool hasWait, Exception cause, in ClassificationContext context, Answerer from = default) => meaning switch
    {
        Meaning.RateLimit => OwnErrors.Error(ErrorCode.RateLimit, cause, recoverable: true),
        Meaning.Overloaded when hasWait => OwnErrors.Error(ErrorCode.RateLimit, cause, recoverable: true),
        Meaning.Quota => Tripped(ErrorCode.RateLimit, cause),
        Meaning.Timeout => OwnErrors.Timeout(cause),
        Meaning.Unauthorized when from == Answerer.Web => OwnErrors.Error(ErrorCode.Unauthorized, cause, recoverable: false),
        Meaning.Unauthorized => Tripped(ErrorCode.Unauthorized, cause),
        Meaning.NotFound when from == Answerer.Component && OwnErrors.IsOneThing(context) => Tripped(ErrorCode.NotFound, cause),
        Meaning.NotFound => OwnErrors.Error(ErrorCode.NotFound, cause, recoverable: false),
        Meaning.InvalidInput or Meaning.Moderated => OwnErrors.Error(ErrorCode.InvalidInput, cause, recoverable: false),
        Meaning.Unsupported => OwnErrors.Own(cause, context, transient: false),
        _ => OwnErrors.Own(cause, context, transient: true),
    };

    /// <summary>
    /// What an HTTP status means: 400 and up by this table, redirections that were not followed are what the callee cannot do, and all else,
    /// 2xx included, is an answer whose content must have been bad.
    /// </summary>
    public static Meaning OfStatus(int status) => status switch
    {
        402 => Meaning.Quota,
        429 => Meaning.RateLimit,
        498 or 503 or 529 => Meaning.Overloaded,
        408 or 504 or 522 or 524 => Meaning.Timeout,
        401 or 403 or 407 => Meaning.Unauthorized,
        404 or 410 => Meaning.NotFound,
        409 or 423 or 424 or 425 => Meaning.Failing,
        >= 400 and < 500 => Meaning.InvalidInput,
        501 or 505 or (>= 300 and < 400) => Meaning.Unsupported,
        _ => Meaning.Failing,
    };

    private static KairosError Tripped(ErrorCode code, Exception cause) =>
        OwnErrors.Error(code, cause, recoverable: false) with { Verdict = Verdict.Trip };
}
