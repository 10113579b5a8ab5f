using Kairos.Benchmarks.Results;

namespace Kairos.Benchmarks.Tests.Commands;

public sealed class CompareCommandTests : IDisposable
{
    private const string Row = "closed.vs-lock";
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public async Task Prints_the_lines_of_a_row_and_nothing_else()
    {
        var result = await Benchmarks.RunAsync("compare", "--quick", "--only", Row);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([(Row, null), (Row + ".bytes", "B")], result.OutputLines.Select(ResultLine.TryParse).Select(line => (line!.Name, line.Unit)));
        Assert.Equal(0, ResultLine.TryParse(result.OutputLines[1])!.Value); // a closed call allocates nothing, however fast the machine is
        Assert.InRange(ResultLine.TryParse(result.OutputLines[0])!.Value, double.Epsilon, double.MaxValue);
    }

    [Fact]
    public async Task Against_an_earlier_output_that_was_better_it_names_what_got_worse()
    {
        await File.WriteAllLinesAsync(_file, [$"ratio {Row} 0.000001", $"figure {Row}.bytes 0 B"]);

        var result = await Benchmarks.RunAsync("compare", "--quick", "--only", Row, "--against", _file);

        Assert.Equal((1, 3), (result.ExitCode, result.OutputLines.Length));
        Assert.StartsWith($"worse {Row} ", result.OutputLines[2], StringComparison.Ordinal);
        Assert.EndsWith(" was 0.000001", result.OutputLines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Against_an_earlier_output_that_was_not_better_it_says_nothing_more()
    {
        await File.WriteAllLinesAsync(_file, [$"ratio {Row} 1000000", $"figure {Row}.bytes 0 B"]);

        var result = await Benchmarks.RunAsync("compare", "--quick", "--only", Row, "--against", _file);

        Assert.Equal((0, 2), (result.ExitCode, result.OutputLines.Length));
    }

    [Fact]
    public async Task A_file_without_results_is_an_error()
    {
        await File.WriteAllTextAsync(_file, "nothing was measured\n");

        var result = await Benchmarks.RunAsync("compare", "--only", Row, "--against", _file);

        Assert.Equal((2, 0), (result.ExitCode, result.OutputLines.Length));
        Assert.Contains(_file, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_does_not_exist_is_an_error_that_names_those_that_do()
    {
        var result = await Benchmarks.RunAsync("compare", "--only", "closed.vs-nobody");

        Assert.Equal((2, 0), (result.ExitCode, result.OutputLines.Length));
        Assert.Contains(Row, result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);
}
