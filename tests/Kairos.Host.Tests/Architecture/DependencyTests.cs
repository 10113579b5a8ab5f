using Kairos.Host.Configuration;
using Kairos.TestUtilities;

namespace Kairos.Host.Tests.Architecture;

/// <summary>The host feeds, replays and exports. Models, tools and stores are what agents have.</summary>
public sealed class DependencyTests
{
    [Theory]
    [InlineData("Kairos.Extensions.AI")]
    [InlineData("Microsoft.Extensions.AI")]
    [InlineData("Microsoft.Extensions.VectorData")]
    [InlineData("OpenAI")]
    [InlineData("ModelContextProtocol")]
    [InlineData("Microsoft.Data.Sqlite")]
    [InlineData("SQLitePCLRaw")]
    [InlineData("NCalc")]
    public void The_host_knows_no_model_no_server_of_tools_and_no_store(string library)
    {
        var shipped = File.ReadAllText(Repository.Program("src/Kairos.Host", "kairos.deps.json")); // what comes along by others included

        Assert.Contains("\"Kairos.Telemetry", shipped, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{library}", shipped, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(typeof(SettingsLoader).Assembly.GetReferencedAssemblies(), assembly => assembly.Name!.StartsWith(library, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("kairos.llm.model")]
    [InlineData("kairos.agent.memory-file")]
    [InlineData("kairos.faults.seed")]
    public void The_keys_of_an_agent_are_unknown_to_the_host(string key) =>
        Assert.StartsWith($"{key}: unknown key; ", Assert.Single(Configuration.Loading.Problems($"{key} = 5")), StringComparison.Ordinal);
}
