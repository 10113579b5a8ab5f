using System.Text.RegularExpressions;
using Kairos;
using Kairos.TestUtilities.Documents;
using KairosAgent.Settings;
using KairosAgent.Tests.Settings;

namespace KairosAgent.Tests.Documents;

/// <summary>The page on the agent, against what the program itself knows.</summary>
public sealed partial class ChatGuideTests
{
    private static readonly MarkdownDocument Guide = new("docs/chat.md");

    [Fact]
    public void The_table_has_exactly_the_variables_and_keys_of_the_agent_with_their_defaults()
    {
        var rows = Guide.Table("variable", "HOCON", "default");

        Assert.Equal(
            AgentKeys.All.Select(key => ($"`{key.Variable}`", $"`kairos.{key.Key}`")),
            rows.Select(row => (row[0], row[1])));
        Assert.All(AgentKeys.All.Zip(rows).Where(pair => pair.First.Key != "agent.memory-file"), pair =>
            Assert.Equal(pair.First.Write(AgentOptions.Default) is { Length: > 0 } value ? $"`{value}`" : "none", pair.Second[2]));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/chat.md")]
    [InlineData("samples/KairosAgent/README.md")]
    public void Variables_of_the_agent_that_are_named_are_read(string document)
    {
        var named = Variables().Matches(new MarkdownDocument(document).Text).Select(name => name.Value).ToHashSet();

        Assert.NotEmpty(named);
        Assert.Subset(AgentKeys.All.Select(key => key.Variable).ToHashSet(), named);
    }

    [Fact]
    public void The_table_has_exactly_the_keys_of_a_server_with_their_defaults()
    {
        var rows = Guide.Table("key of a server", "default", "");

        Assert.Equal(McpKeys.Known.Select(key => $"`{key}`"), rows.Select(row => row[0]));
        foreach (var (key, row) in McpKeys.Single.Zip(rows))
            Assert.Equal(key.Write(new McpOptions()) is { Length: > 0 } value ? $"`{value}`" : "none", row[1]);
    }

    [Fact]
    public void The_table_has_exactly_the_time_limits_that_hold_by_default() => Assert.Equal(
        TimeLimits.All.Select(limit => ($"`{limit.Component}`", $"`{limit.Key}`", $"`{limit.Value}`")),
        Guide.Table("component", "key", "limit").Select(row => (row[0], row[1], row[2])));

    [Fact]
    public void The_models_and_the_servers_of_the_examples_are_read_as_they_stand()
    {
        var agent = Loading.Load(string.Join('\n', Guide.Blocks("hocon"))).Agent;

        Assert.Equal(("llama3.2", "large", "https://models.example/v1"), (agent.Model.Name, agent.Backup.Name, agent.Backup.BaseUrl));
        Assert.Equal(["-y", "@modelcontextprotocol/server-filesystem", "/srv/files"], agent.Mcp["files"].Arguments);
        Assert.Equal("https://tickets.example/mcp", agent.Mcp["tickets"].Url);
    }

    [Fact]
    public async Task The_faults_of_the_example_are_read_as_they_stand()
    {
        var example = Assert.Single(Guide.Blocks("hocon"), block => block.Contains("faults", StringComparison.Ordinal));

        await using var kairos = KairosTest.Start(example, options => options.InjectFromSettings());
        await kairos.DrainAsync();

        Assert.Equal(
            [
                "llm and what is beneath it: error-rate 0.2, code rate_limit, retry-after 2s, seed 1",
                "memory and what is beneath it: latency 50ms..500ms, seed 1",
                "tools/clock and what is beneath it: error-rate 1, seed 1",
            ],
            kairos.Log.Where(line => line.Contains("Faults", StringComparison.Ordinal)).Select(line => line.Split(" strike ")[1]).Order());
    }

    [GeneratedRegex(@"\bKAIROS_(?:LLM|AGENT)_[A-Z_]*[A-Z]\b")]
    private static partial Regex Variables();
}
