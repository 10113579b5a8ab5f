using Kairos.Host.Tests.Configuration;
using Kairos.Hosting.Settings;

namespace Kairos.Host.Tests.Chat;

public sealed class AgentSettingsTests
{
    [Theory]
    [InlineData("kairos.faults.llm.error-rate = 1.5", "kairos.faults.llm.error-rate = '1.5': allowed is a number from 0 to 1")]
    [InlineData("kairos.faults.llm.latency = 5", "kairos.faults.llm.latency = '5': allowed is a duration with its unit up to 1h, or two as min..max")]
    [InlineData("kairos.faults.llm.latency = 5s..1s", "kairos.faults.llm.latency = '5s..1s': allowed is a duration with its unit up to 1h, or two as min..max")]
    [InlineData("kairos.faults.llm.latency = infinite", "kairos.faults.llm.latency = 'infinite': allowed is a duration with its unit up to 1h, or two as min..max")]
    [InlineData("kairos.faults.llm.retry-after = 2h", "kairos.faults.llm.retry-after = '2h': allowed is a duration with its unit up to 1h")]
    [InlineData("kairos.faults.llm.eror-rate = 1", "kairos.faults.llm.eror-rate: unknown key; the nearest known one is kairos.faults.llm.error-rate")]
    [InlineData("kairos.faults.\"tools/clock\".cod = timeout", "kairos.faults.\"tools/clock\".cod: unknown key; the nearest known one is kairos.faults.\"tools/clock\".code")]
    [InlineData("kairos.faults.LLM.code = timeout", "kairos.faults = 'LLM': names are ")]
    [InlineData("kairos.faults.seed = x", "kairos.faults.seed = 'x': allowed is a whole number")]
    [InlineData("kairos.faults.llm = 5", "kairos.faults.llm: unknown key")]
    [InlineData("kairos.llm.modl = x", "kairos.llm.modl: unknown key; the nearest known one is kairos.llm.model")]
    [InlineData("kairos.llm = x", "kairos.llm: allowed is a section, in braces")]
    [InlineData("kairos.llm.base-url = \"ftp://x\"", "kairos.llm.base-url = 'ftp://x': allowed is an http:// or https:// address")]
    [InlineData("kairos.llm.model = x", "kairos.llm.base-url: kairos.llm.model and .api-key need an endpoint (KAIROS_LLM_BASE_URL)")]
    [InlineData("kairos.agent.http-fetch.max-bytes = 0", "kairos.agent.http-fetch.max-bytes = '0': allowed is a whole number from 1 to 16777216")]
    public void A_wrong_line_is_one_problem(string hocon, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Loading.Problems(hocon)), StringComparison.Ordinal);

    [Fact]
    public void A_wrong_code_is_told_with_all_that_are_allowed()
    {
        var problem = Assert.Single(Loading.Problems("kairos.faults.llm.code = boom"));

        Assert.Equal(
            "kairos.faults.llm.code = 'boom': allowed is llm_error or timeout or rate_limit or tool_failure or memory_error or internal_error or not_found or unauthorized or invalid_input",
            problem);
    }

    [Theory]
    [InlineData("kairos.llm.api-key = [s3cr3t]")]
    [InlineData("kairos.llm.api-key = \"two words s3cr3t\"")]
    [InlineData("kairos.llm.api-kye = s3cr3t")]
    [InlineData("kairos.llm.api-key = s3cr3t")]
    [InlineData("kairos.llm { model = m, base-url = \"x://u:s3cr3t@host\" }")]
    public void A_wrong_secret_is_told_without_it(string hocon) =>
        Assert.DoesNotContain("s3cr3t", Assert.Single(Loading.Problems(hocon)), StringComparison.Ordinal);

    [Fact]
    public void Variables_beat_the_file_and_the_key_is_never_shown()
    {
        const string Hocon = "kairos.llm { base-url = \"http://a/v1\", model = small, api-key = s3cr3t }";

        Assert.Equal(("large", "variable KAIROS_LLM_MODEL"), Loading.Show("kairos.llm.model", Hocon, ("KAIROS_LLM_MODEL", "large")));
        Assert.Equal(("***", Loading.File), Loading.Show("kairos.llm.api-key", Hocon));
        Assert.Equal(("***", "variable KAIROS_LLM_API_KEY"), Loading.Show("kairos.llm.api-key", Hocon, ("KAIROS_LLM_API_KEY", "s3cr3t-2")));
        Assert.Equal(("(none)", "default"), Loading.Show("kairos.llm.api-key", ""));
        Assert.Equal(("2500ms", "variable KAIROS_AGENT_HTTP_FETCH_TIMEOUT_SECONDS"), Loading.Show("kairos.agent.http-fetch.timeout", "", ("KAIROS_AGENT_HTTP_FETCH_TIMEOUT_SECONDS", "2.5")));
    }

    [Fact]
    public void Faults_are_shown_with_what_is_usual_for_the_component()
    {
        const string Hocon = "kairos.faults { seed = 3, memory { error-rate = 0.25, latency = 100ms..2s } }";

        Assert.Equal(("3", Loading.File), Loading.Show("kairos.faults.seed", Hocon));
        Assert.Equal(("0.25", Loading.File), Loading.Show("kairos.faults.memory.error-rate", Hocon));
        Assert.Equal(("memory_error", "default"), Loading.Show("kairos.faults.memory.code", Hocon));
        Assert.Equal(("100ms..2s", Loading.File), Loading.Show("kairos.faults.memory.latency", Hocon));
        Assert.Equal(("(none)", "default"), Loading.Show("kairos.faults.memory.retry-after", Hocon));
    }

    [Fact]
    public void The_actor_system_is_given_neither_the_key_nor_the_faults_but_all_else()
    {
        var settings = Loading.Load(
            "akka.loglevel = INFO\nkairos { llm { base-url = \"http://a\", model = m, api-key = s3cr3t }, faults.llm.error-rate = 1, agent.memory-file = x, components.llm.breaker.window = 90s }");

        Assert.DoesNotContain("s3cr3t", settings.Config.ToString(), StringComparison.Ordinal);
        Assert.Equal(["kairos.components.llm.breaker.window"], HoconTree.Leaves(settings.Config, "kairos").Select(leaf => leaf.Key));
        Assert.Equal("INFO", settings.Config.GetString("akka.loglevel"));
        Assert.Equal(1, settings.Agent.Faults["llm"].ErrorRate);
    }
}
