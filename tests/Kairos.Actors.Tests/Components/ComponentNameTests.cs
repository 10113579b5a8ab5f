namespace Kairos.Tests.Components;

public sealed class ComponentNameTests
{
    public static TheoryData<string> BadNames =>
    [
        "",
        " ",
        "LLM",
        "llm ",
        "l lm",
        "/llm",
        "llm/",
        "llm//x",
        "-llm",
        ".llm",
        "_llm",
        "llm/-x",
        "llm\n",
        "llm\0",
        "größe",
        "llm*",
        "llm$",
        "../llm",
        "llm\\x",
        "kairos",
        "metrics",
        "kairos/x",
        "metrics/x",
        new string('a', 129),
        string.Concat(Enumerable.Repeat("a/", 64)) + "b",
        new string('x', 100_000),
    ];

    [Theory]
    [MemberData(nameof(BadNames))]
    public void Is_no_name(string name) => Assert.False(ComponentName.IsValid(name));

    [Theory]
    [InlineData("a")]
    [InlineData("llm")]
    [InlineData("gpt-5.1_mini")]
    [InlineData("0")]
    [InlineData("tools/search")]
    [InlineData("a/b/c/d/e/f")]
    [InlineData("tools/kairos")]
    [InlineData("llm/metrics")]
    [InlineData("kairos2")]
    public void Is_a_name(string name) => Assert.True(ComponentName.IsValid(name));

    [Fact]
    public void The_longest_name_has_128_characters() => Assert.True(ComponentName.IsValid(new string('a', ComponentName.MaxLength)));

    [Fact]
    public void Nothing_is_no_name() => Assert.False(ComponentName.IsValid(null));

    [Theory]
    [InlineData("llm", null, "llm", "llm")]
    [InlineData("tools/search", "tools", "search", "tools")]
    [InlineData("a/b/c", "a/b", "c", "a")]
    public void A_name_has_a_parent_a_leaf_and_a_root(string name, string? parent, string leaf, string root) =>
        Assert.Equal((parent, leaf, root), (ComponentName.ParentOf(name), ComponentName.LeafOf(name), ComponentName.RootOf(name)));

    [Theory]
    [InlineData("a/b/c", "a", true)]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a", "a/b", false)]
    [InlineData("ab", "a", false)]
    public void What_is_beneath_a_component_begins_with_its_whole_name(string name, string root, bool isWithin) =>
        Assert.Equal(isWithin, ComponentName.IsWithin(name, root));
}
