using System.Text.RegularExpressions;
using Akka.Configuration;
using CsCheck;
using Kairos.Configuration;
using Kairos.Host.Configuration;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Configuration;

public sealed partial class ConfigFileTests
{
    private static readonly string Shipped = Uncommented(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "config", "kairos.conf")));

    [Fact]
    public void The_parser_takes_two_slashes_in_a_value_without_quotes_for_a_comment()
    {
        Assert.Equal("a", ConfigurationFactory.ParseString("x = a//b").GetString("x"));
        Assert.Throws<ConfigurationException>(() => ConfigurationFactory.ParseString("x = http://b"));
    }

    [Theory]
    [InlineData("kairos.telemetry.otlp.endpoint = http://x:4317")]
    [InlineData("kairos { telemetry { otlp { endpoint = http://x:4317 } } }")]
    [InlineData("kairos.telemetry.otlp.endpoint = x:4317")]
    public void An_address_without_quotes_is_told_to_stand_in_quotes(string hocon) =>
        Assert.Equal(["FILE:1: a value that holds ':' must stand in quotes"], Loading.Problems(hocon));

    [Fact]
    public void Every_escape_sequence_that_passes_is_one_that_the_parser_takes() =>
        Assert.Equal("\"\\/\b\f\n\r\té", ConfigurationFactory.ParseString("a = \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"").GetString("a"));

    [Fact]
    public void The_shipped_file_is_right_as_it_is_and_with_its_suggestions() => Assert.Empty(Loading.Problems(Shipped));

    [Fact]
    public void The_reference_is_right_as_a_file_of_the_users() => Assert.Empty(Loading.Problems(KairosReference.Text));

    [Fact]
    public void A_file_that_is_missing_or_cannot_be_read_is_told()
    {
        Assert.StartsWith("--config = '/no/such/file': a file that can be read; ", Read("/no/such/file"), StringComparison.Ordinal);
        Assert.StartsWith("--config = '/tmp': a file that can be read; ", Read("/tmp"), StringComparison.Ordinal);
        Assert.StartsWith("--config = '/proc/self/mem': a file that can be read; ", Read("/proc/self/mem"), StringComparison.Ordinal);
        Assert.StartsWith("--config = '': a file that can be read; ", Read(""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_large_is_told_whatever_size_it_claims()
    {
        using var folder = new TempFolder();
        var large = folder.Write("large.conf", new string('#', 1024 * 1024 + 1));

        Assert.Equal($"--config = '{large}': a file of at most 1048576 bytes", Read(large));
        Assert.Equal("--config = '/dev/zero': a file of at most 1048576 bytes", Read("/dev/zero"));
        Assert.Empty(Loading.Problems(new string('#', 1024 * 1024)));
    }

    [Fact]
    public void Whatever_a_file_says_it_is_read_or_its_problems_are_told()
    {
        using var folder = new TempFolder();
        var path = folder.Write("kairos.conf", "");
        var fragments = Gen.OneOf(
        [
            "{", "}", "[", "]", "\"", "\"\"\"", "=", ":", ",", "\n", "#", "//", "${", "${?a}", "\\", ".", "+=", "a", "kairos", "\0", "é", " ",
        ]);
        var edit = Gen.Select(Gen.Double[0, 1], Gen.Int[0, 12], fragments);

        edit.Array[1, 6].Select(Gen.OneOf([Shipped, KairosReference.Text])).Sample((edits, text) =>
        {
            foreach (var (place, length, fragment) in edits)
            {
                var at = (int)(place * text.Length);
                text = text[..at] + fragment + text[Math.Min(text.Length, at + length)..];
            }

            File.WriteAllText(path, text);
            try
            {
                SettingsLoader.Load(path, new Dictionary<string, string>());
            }
            catch (SettingsException exception)
            {
                Assert.All(exception.Problems, problem => Assert.DoesNotContain('\n', problem.ToString()));
            }
        }, iter: 400, threads: 1);
    }

    private static string Read(string path)
    {
        var findings = new Findings();
        ConfigFile.Read(path, findings);
        return Assert.Single(findings.Problems).ToString();
    }

    /// <summary>The file with its commented-out settings in force, and without the variables named beside them.</summary>
    private static string Uncommented(string text) => string.Join('\n', text.Split('\n').Select(line =>
        Setting().IsMatch(line) ? line.Replace("# ", "", StringComparison.Ordinal) : line));

    [GeneratedRegex(@"^\s*# +([a-z""/-]+ (=|\{)|\})")]
    private static partial Regex Setting();
}
