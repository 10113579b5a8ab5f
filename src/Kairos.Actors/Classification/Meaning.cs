namespace Kairos.Classification;

/// <summary>What an answer means: from the one description of it, by the one table, to an error.</summary>
internal static class AnswerRules
{
    /// <summary>The error, or null where there was no answer.</summary>
    public static KairosError? Classify(ResponseFacts facts, Exception cause, in ClassificationContext context)
    {
        if (MeaningOf(facts) is not { } meaning) return null;
        var wait = Waits.Of(facts, meaning, context.Time);
        var error = Meanings.ErrorOf(meaning, wait is not null, cause, context, facts.From);
        return error with { RetryAfter = wait, Context = error.Context.AddRange(Details(facts)) };
    }

    /// <summary>
    /// Used-up money is what it is whatever the status, and so is moderation with 403, by which providers tell it. Where the status says little (none, a success, 400) a word says more, the narrower
    /// one first. Otherwise the status decides: a proxy may write anything into its body.
    /// </summary>
    private static Meaning? MeaningOf(ResponseFacts facts)
    {
        Meaning[] said = [.. facts.Said.Select(Providers.MeaningOf).OfType<Meaning>()];
        if (facts.IsOfOther) return OfOther(facts.Status);
        if (facts.Status <= 0 && said.Length == 0) return null;
        if (said.Contains(Meaning.Quota)) return Meaning.Quota;
        if (facts.Status == 403 && said.Contains(Meaning.Moderated)) return Meaning.Moderated;
        if (said.Length == 0 || facts.Status > 400) return Meanings.OfStatus(facts.Status);
        var narrower = Array.FindIndex(said, meaning => meaning != Meaning.InvalidInput);
        return narrower < 0 ? Meaning.InvalidInput : said[narrower];
    }

    /// <summary>
    /// Another host than the component's answered in its place: that of its credentials. What it refuses, it refuses to whoever is behind the
    /// component's key; that it is overloaded or failing is not the component's limit.
    /// </summary>
    private static Meaning OfOther(int status) =>
        status is >= 400 and < 500 and not (408 or 409 or 423 or 425 or 429) ? Meaning.Unauthorized : Meaning.Failing;

    private static IEnumerable<KeyValuePair<string, object?>> Details(ResponseFacts facts)
    {
        if (facts.Status > 0) yield return new(ErrorDetails.Status, facts.Status);
        if (facts.Code is { } code) yield return new(ErrorDetails.ProviderCode, code[..Math.Min(code.Length, 64)]);
        if (facts.IsOfOther) yield return new("server.address", facts.Host ?? "another host");
        if (facts.IsCut) yield return new("http.response.body.cut", true);
    }
}

/// <summary>What a failed answer means. Statuses and the words of providers are translated into these, and these alone into errors.</summary>
internal enum Meaning
{
    RateLimit,    // fewer calls are asked for
    Quota,        // the money or the quota is used up: waiting for seconds does not help
    Overloaded,   // there is too much to do at present
    Timeout,      // it took too long
    Unauthorized, // the credentials are refused
    NotFound,     // what was asked for does not exist
    InvalidInput, // the request itself is wrong
    Moderated,    // the request, or what was answered to it, was held back for what it says
    Failing,      // the callee failed, and may do better next time
    Unsupported,  // the callee cannot do it, and will not learn to
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
        Meaning.Overloaded when !hasWait => OwnErrors.Own(cause, context, transient: true) with { SaysOverloaded = true },
        Meaning.Overloaded => OwnErrors.Error(ErrorCode.RateLimit, cause, recoverable: true),
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
