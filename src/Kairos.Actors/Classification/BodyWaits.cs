using System.Text.Json;

namespace Kairos.Classification;

/// <summary>How long the body of an answer asks to wait. Only members that are made for it are read, never a sentence.</summary>
internal static class BodyWaits
{
    private static readonly (string Name, TimeSpan Unit)[] Numbers =
    [
        ("retry_after_ms", TimeSpan.FromMilliseconds(1)),
        ("retry_after_seconds", TimeSpan.FromSeconds(1)),
        ("retry_after", TimeSpan.FromSeconds(1)),
        ("retryAfter", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>The longest wait that is named: Google's <c>retryDelay</c> among the details, or a number at the error or at the root.</summary>
    public static TimeSpan? Of(JsonElement root, JsonElement error)
    {
        TimeSpan? longest = null;
        foreach (var detail in ErrorBody.Elements(ErrorBody.Member(error, "details"))) Take(ErrorBody.Member(detail, "retryDelay"), TimeSpan.FromSeconds(1));
        foreach (var place in new[] { error, root, ErrorBody.Member(error, "metadata") })
        {
            foreach (var (name, unit) in Numbers) Take(ErrorBody.Member(place, name), unit);
        }

        return longest;

        void Take(JsonElement element, TimeSpan unit) => longest = Waits.Longer(longest, WaitOf(element, unit));
    }

    private static TimeSpan? WaitOf(JsonElement element, TimeSpan unit) => element.ValueKind switch
    {
        JsonValueKind.String => Waits.ReadSpan(ErrorBody.Text(element), unit),
        JsonValueKind.Number => Waits.ReadSpan(element.GetRawText(), unit),
        _ => null,
    };
}
