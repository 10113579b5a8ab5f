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
        if (facts.Code is { } code) yield return new(ErrorDetails.ProviderCode, code.Length <= 64 ? code : code[..64]);
        if (facts.IsOfOther) yield return new("server.address", facts.Host ?? "another host");
        if (facts.IsCut) yield return new("http.response.body.cut", true);
    }
}
