using Kairos.Benchmarks.Measuring;
using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Measurements;

/// <summary>One row of the table. Each is measured in a process of its own, so that none inherits another's listeners, profiles or heap.</summary>
/// <param name="Name">Its name, by which it is asked for.</param>
/// <param name="What">What it compares, for people.</param>
/// <param name="Lines">The lines that it gives, the one of its name first.</param>
/// <param name="RunAsync">Measures.</param>
internal sealed record Measurement(
    string Name, string What, IReadOnlyList<Expectation> Lines, Func<Pace, TextWriter, Task<IReadOnlyList<ResultLine>>> RunAsync)
{
    /// <summary>In how many processes it is measured while there is time; what code is compiled to differs a little from process to process.</summary>
    public int Processes { get; init; } = 2;

    /// <summary>Whether it is left out where there is little time, unless it is asked for.</summary>
    public bool IsExtra { get; init; }
}
