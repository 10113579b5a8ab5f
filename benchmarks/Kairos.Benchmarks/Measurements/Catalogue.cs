using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Measurements;

/// <summary>All that <c>compare</c> measures, in the order in which it prints it.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Measurement> All { get; } =
        [.. ClosedCalls.All, .. OtherCalls.All, .. HttpClients.All, .. ChatModels.All, .. Reports.All, .. Components.All, .. Starts.All];

    private static readonly Dictionary<string, Expectation> Lines =
        All.SelectMany(measurement => measurement.Lines).ToDictionary(line => line.Name, StringComparer.Ordinal);

    /// <summary>The measurement of a name, or null.</summary>
    public static Measurement? Find(string name) => All.FirstOrDefault(measurement => measurement.Name == name);

    /// <summary>What is known of a line; of one that is not known, nothing but its name.</summary>
    public static Expectation ExpectationOf(string line) => Lines.GetValueOrDefault(line) ?? new Expectation(line);
}
