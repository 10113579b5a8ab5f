using Kairos.TestUtilities;
using YamlDotNet.RepresentationModel;

namespace Kairos.Host.Tests.CollectorConfigs;

public sealed class TailSamplingTests
{
    private static readonly CollectorFile File = new(Repository.Read("config/collector/tail-sampling.yaml"));
    private static readonly YamlMappingNode Sampling = File.Root.At("processors", "tail_sampling");

    [Fact]
    public void Keeps_all_errors_and_a_tenth_of_the_rest()
    {
        // A trace is kept when any policy wants it, unless one drops it: so these two and no third.
        var policies = ((YamlSequenceNode)Sampling["policies"]).Cast<YamlMappingNode>().ToDictionary(policy => policy.Text("type"));

        Assert.Equal(["probabilistic", "status_code"], policies.Keys.Order());
        Assert.Equal(["ERROR"], policies["status_code"].At("status_code").List("status_codes"));
        Assert.Equal("10", policies["probabilistic"].At("probabilistic").Text("sampling_percentage"));
        Assert.All(policies, policy => Assert.Equal(["name", policy.Key, "type"], policy.Value.Keys().OrderBy(key => key == "name" ? "" : key)));
    }

    [Fact]
    public void Samples_traces_and_nothing_else() =>
        Assert.Equal(["traces"], File.Pipelines.Where(pipeline => pipeline.Processors.Contains("tail_sampling")).Select(pipeline => pipeline.Name));

    [Fact]
    public void Remembers_decisions_for_longer_than_traces()
    {
        // The processor's schema: a cache should be at least ten times as large as num_traces, or it is of no use.
        var traces = int.Parse(Sampling.Text("num_traces"), System.Globalization.CultureInfo.InvariantCulture);
        var cache = Sampling.At("decision_cache");

        Assert.All(cache.Keys(), key => Assert.InRange(
            int.Parse(cache.Text(key), System.Globalization.CultureInfo.InvariantCulture), 10 * traces, int.MaxValue));
        Assert.Equal(2, cache.Children.Count);
    }
}
