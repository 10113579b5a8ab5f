using System.Text.RegularExpressions;
using KairosAgent.Settings;

namespace KairosAgent.Models;

/// <summary>What somebody wants of the offline model.</summary>
/// <param name="Tool">The tool to call; null for an answer in words.</param>
/// <param name="Argument">The name of the tool's argument; null for none, or for all as an object of JSON.</param>
/// <param name="Text">The argument's value, that object, or the words.</param>
internal readonly record struct Wish(string? Tool, string? Argument, string Text);

/// <summary>The sentences that the offline model understands. Pure.</summary>
internal static partial class OfflineRules
{
    public const string WhatItIs =
        "I am the offline model of kairos: a few rules, no language model. I understand \"what time is it\", \"what is 2*(3+4)\", "
        + "\"remember that …\", \"what do you remember about …\", \"fetch URL\" and \"use TOOL {json}\". For a real model set KAIROS_LLM_BASE_URL and KAIROS_LLM_MODEL.";

    public static Wish Understand(string prompt)
    {
        var text = prompt.Trim();
        if (Recall().Match(text) is { Success: true } recall) return new Wish(OwnTools.Recall, "about", recall.Groups["about"].Value);
        if (Remember().Match(text) is { Success: true } remember) return new Wish(OwnTools.Remember, "fact", remember.Groups["fact"].Value);
        if (Fetch().Match(text) is { Success: true } fetch) return new Wish(OwnTools.HttpFetch, "url", fetch.Groups["url"].Value);
        if (Use().Match(text) is { Success: true } use) return new Wish(use.Groups["tool"].Value, null, use.Groups["json"].Value);
        if (Calculate().Match(text) is { Success: true } sum) return new Wish(OwnTools.Calculator, "expression", sum.Groups["sum"].Value.Trim());
        return Time().IsMatch(text) ? new Wish(OwnTools.Clock, null, "") : new Wish(null, null, WhatItIs);
    }

    [GeneratedRegex(@"^(?:what do you (?:remember|know)|recall)(?:\s+(?:about\s+)?(?<about>.*?))?\s*[?.!]*$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Recall();

    [GeneratedRegex(@"^(?:please\s+)?remember(?:\s+that)?\s*[:,]?\s+(?<fact>.+?)\s*$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Remember();

    [GeneratedRegex(@"^(?:please\s+)?fetch\s+(?<url>\S+)\s*$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Fetch();

    [GeneratedRegex(@"^(?:please\s+)?use\s+(?<tool>[A-Za-z0-9_-]+)\s*(?<json>\{.*\})?$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Use();

    [GeneratedRegex(@"^(?:what(?:'s|\s+is)\s+|calculate\s+)?(?<sum>[-+(]*\s*[0-9.(][-+*/%^×÷()0-9.\s]*)[?=\s]*$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Calculate();

    [GeneratedRegex(@"\b(?:time|date|day)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Time();
}
