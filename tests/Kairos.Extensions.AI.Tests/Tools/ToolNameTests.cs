using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Tools;

/// <summary>Which component a tool is.</summary>
public sealed class ToolNameTests
{
    [Theory]
    [InlineData(null, "search", "tools/search")]
    [InlineData(null, "GetWeather", "tools/getweather")]
    [InlineData(null, "web_search.v2-x", "tools/web_search.v2-x")]
    [InlineData(null, "files/read file", "tools/files-read-file")]
    [InlineData(null, "__private", "tools/private")]
    [InlineData("GitHub MCP", "create_issue", "tools/github-mcp/create_issue")]
    public void A_tools_name_becomes_its_components(string? server, string tool, string component)
    {
        Assert.Equal(component, ToolName.ComponentOf(server, tool));
        Assert.True(ComponentName.IsValid(component));
    }

    [Fact]
    public void Any_name_becomes_a_valid_one_and_different_ones_stay_different()
    {
        string[] names = ["", "---", "天気", "気温", new('x', 500), new string('x', 500) + "y", "ß"];

        var components = names.Select(name => ToolName.ComponentOf(new string('S', 300), name)).ToList();

        Assert.All(components, component => Assert.True(ComponentName.IsValid(component), component));
        Assert.Equal(names.Length, components.Distinct().Count());
    }

    [Fact]
    public async Task Tools_whose_names_become_the_same_do_not_share_a_circuit()
    {
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        AITool[] tools = [AIFunctionFactory.Create(() => 1, "GetTime"), AIFunctionFactory.Create(() => 2, "gettime"), AIFunctionFactory.Create(() => 3, "other")];

        var guarded = tools.WithKairos(system.Kairos);

        var components = guarded.Select(tool => tool.GetService<KairosFunction>()!.Component).ToList();
        Assert.Equal(3, components.Distinct().Count());
        Assert.Equal("tools/other", components[2]);
        Assert.All(components[..2], component => Assert.Matches("^tools/gettime-[0-9a-f]{6}$", component));
    }

    [Fact]
    public async Task What_cannot_be_invoked_or_is_guarded_already_stays_as_it_is()
    {
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider());
        AITool[] tools = [new HostedWebSearchTool(), AIFunctionFactory.Create(() => 1, "one").WithKairos(system.Kairos)];

        Assert.Equal(tools, tools.WithKairos(system.Kairos));
        Assert.Equal("one", tools[1].Name);
    }
}
