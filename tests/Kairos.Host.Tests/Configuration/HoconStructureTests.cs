using Kairos.Host.Configuration;

namespace Kairos.Host.Tests.Configuration;

public sealed class HoconStructureTests
{
    [Theory]
    [InlineData("")]
    [InlineData("# a comment { [ \"\n// another }")]
    [InlineData("{ a = 1 }")]
    [InlineData("a { b = 1, c : 2 }\nd.e = x y z # and a comment")]
    [InlineData("a = \"{ # // ${x} = : , \\\" \"")]
    [InlineData("a = \"\"\"on { two\nlines [\"\"\"\nb = 1")]
    [InlineData("a = [1, 2\n3, {b = 1}, [4]]")]
    [InlineData("a =\n  1")]
    [InlineData("a = {}\nb {}\n\"c d\" {}")]
    [InlineData("a = 1,\nb = 2,")]
    [InlineData("a {} b = 1\nc { d {} e {} }")]
    [InlineData("a = 1 // a comment")]
    [InlineData("a = \"\\\" \\\\ \\/ \\b\\f\\n\\r\\t \\u00e9\"")]
    public void What_is_well_formed_has_no_fault(string text) => Assert.Empty(HoconStructure.Check(text, out _));

    [Theory]
    [InlineData("a = [1,2", 1, "'[' is not closed")]
    [InlineData("a {\n  b = 1\n", 1, "'{' is not closed")]
    [InlineData("a = 1\n}", 2, "'}' closes nothing")]
    [InlineData("a { b = [1 } ]", 1, "'}' closes nothing")]
    [InlineData("a = \"open\nb = 1", 1, "a string is not closed")]
    [InlineData("a = \"ends with \\\"", 1, "a string is not closed")]
    [InlineData("a = \"\"\"open\nb = 1", 1, "a string in three quotes is not closed")]
    [InlineData("a = 1\nb c d\n", 2, "what stands here has no value; a value stands behind '='")]
    [InlineData("a = \"\\q\"", 1, "an unknown escape sequence in a string; a backslash is written \\\\")]
    [InlineData("\na = \"\\uZZZZ\"", 2, "an unknown escape sequence in a string; a backslash is written \\\\")]
    [InlineData("a = \"\\u12\"", 1, "an unknown escape sequence in a string; a backslash is written \\\\")]
    [InlineData("a = \"open\\", 1, "a string is not closed")]
    [InlineData("a = 1, b\n", 1, "what follows a comma has no value; a value that holds a comma must stand in quotes")]
    [InlineData("a {\n  b =\n}", 3, "a key has no value")]
    [InlineData("a = , b = 1", 1, "a key has no value")]
    [InlineData("a = 1,, b = 2", 1, "a comma that ends nothing")]
    [InlineData("a {},, b = 2", 1, "a comma that ends nothing")]
    [InlineData(", a = 1", 1, "a comma that ends nothing")]
    [InlineData("a = 1 b = 2", 1, "a value that holds '=' must stand in quotes")]
    [InlineData("\n= 5", 2, "a value without a key")]
    [InlineData("a { {} }", 1, "a section without a key")]
    [InlineData("[1, 2]", 1, "a list without a key")]
    [InlineData("a = 1\ninclude \"b.conf\"", 2, "include is not supported")]
    [InlineData("a = ${?HOME}", 1, "substitutions are not supported; write the value itself, or set its variable")]
    [InlineData("a = ${a}", 1, "substitutions are not supported; write the value itself, or set its variable")]
    [InlineData("a += 1", 1, "'+=' is not supported")]
    [InlineData("a = 1\nb = http://x:4317", 2, "a value that holds ':' must stand in quotes")]
    [InlineData("a = [x:1]", 1, "a value that holds ':' must stand in quotes")]
    [InlineData("a = b=c", 1, "a value that holds '=' must stand in quotes")]
    public void A_fault_is_told_with_its_line(string text, int line, string message) =>
        Assert.Equal([new HoconStructure.Problem(line, message)], HoconStructure.Check(text, out _));

    [Theory]
    [InlineData("a {}, b {}", "a {}  b {}")]
    [InlineData("a { b {}, c { d = 1, e = 2 }\n, }, f = {}, g = 3", "a { b {}  c { d = 1, e = 2 }\n  }  f = {}, g = 3")]
    [InlineData("a = [{ b {} }, 1], c = 2", "a = [{ b {} }, 1], c = 2")]
    [InlineData("a {} # , \n, b = \"},\"", "a {} # , \n  b = \"},\"")]
    public void Commas_behind_sections_which_the_parser_does_not_know_are_left_out(string text, string readable)
    {
        Assert.Empty(HoconStructure.Check(text, out var read));

        Assert.Equal(readable, read);
    }

    [Fact]
    public void What_the_parser_would_not_come_back_from_is_a_fault()
    {
        Assert.Equal("sections are nested too deeply", Assert.Single(HoconStructure.Check(string.Concat(Enumerable.Repeat("a{", 10_000)), out _)).Message);
        Assert.Equal("sections are nested too deeply", Assert.Single(HoconStructure.Check("a = " + new string('[', 10_000), out _)).Message);
        Assert.Equal("a key has too many parts", Assert.Single(HoconStructure.Check(string.Concat(Enumerable.Repeat("a.", 10_000)) + "b = 1", out _)).Message);
        Assert.Equal("a key has too many parts", Assert.Single(HoconStructure.Check(string.Concat(Enumerable.Repeat("a.", 10_000)) + "b {}", out _)).Message);
    }
}
