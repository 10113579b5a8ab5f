using System.Text.RegularExpressions;
using Akka.Actor;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Processes;
using KairosAgent.Settings;
using KairosAgent.Text;

namespace KairosAgent.Tests.Settings;

public sealed partial class AgentSettingsTests
{
    [Theory]
    [InlineData("kairos.llm.modl = x", "kairos.llm: holds an unknown key; known are base-url, model, api-key, backup.base-url, backup.model, backup.api-key")]
    [InlineData("kairos.llm = x", "kairos.llm: allowed is a section, in braces")]
    [InlineData("kairos.llm.base-url = \"ftp://x\"", "kairos.llm.base-url = 'ftp://x': allowed is an http:// or https:// address")]
    [InlineData("kairos.llm.model = x", "kairos.llm.base-url: kairos.llm.model and .api-key need an endpoint (KAIROS_LLM_BASE_URL)")]
    [InlineData("kairos.llm.backup.model = x", "kairos.llm.backup.base-url: kairos.llm.backup.model and .api-key need an endpoint (KAIROS_LLM_BACKUP_BASE_URL)")]
    [InlineData("kairos.llm.backup { base-url = \"http://b\", model = x }", "kairos.llm.base-url: kairos.llm.backup needs an endpoint to stand in for (KAIROS_LLM_BASE_URL)")]
    [InlineData("kairos.llm.backup.modl = x", "kairos.llm.backup: holds an unknown key; known are base-url, model, api-key")]
    [InlineData("kairos.agent.mcp.files {}", "kairos.agent.mcp.files: needs either a command or a url")]
    [InlineData("kairos.agent.mcp.files { command = c, url = \"http://x\" }", "kairos.agent.mcp.files: needs either a command or a url")]
    [InlineData("kairos.agent.mcp.files { command = c, headers.A = b }", "kairos.agent.mcp.files: headers need a url")]
    [InlineData("kairos.agent.mcp.files { url = \"http://x\", arguments = [a] }", "kairos.agent.mcp.files: arguments and env need a command")]
    [InlineData("kairos.agent.mcp.files { url = \"ftp://x\" }", "kairos.agent.mcp.files.url = 'ftp://x': allowed is an http:// or https:// address")]
    [InlineData("kairos.agent.mcp.files { comand = c }", "kairos.agent.mcp.files: holds an unknown key; known are command, url, startup-timeout, max-message-bytes, max-tools, error-results-are-failures, arguments, env.<name>, headers.<name>")]
    [InlineData("kairos.agent.mcp.files = c", "kairos.agent.mcp.files: allowed is a section, in braces")]
    [InlineData("kairos.agent.mcp = c", "kairos.agent.mcp: allowed is a section, in braces")]
    [InlineData("kairos.agent.mcp.files { command = c, arguments = c }", "kairos.agent.mcp.files.arguments: allowed is a list of texts, in square brackets")]
    [InlineData("kairos.agent.mcp.files { command = c, arguments = [a, {b = c}] }", "kairos.agent.mcp.files.arguments: allowed is a list of texts, in square brackets")]
    [InlineData("kairos.agent.mcp.files { command = c, startup-timeout = 5 }", "kairos.agent.mcp.files.startup-timeout = '5': allowed is a duration with its unit")]
    [InlineData("kairos.agent.mcp.files { command = c, env { \"A=B\" = c } }", "kairos.agent.mcp.files.env: allowed are names of variables, each with a text")]
    [InlineData("kairos.agent.mcp.files { url = \"http://x\", headers { \"A B\" = c } }", "kairos.agent.mcp.files.headers: allowed are names of headers, each with a text of visible ASCII letters")]
    [InlineData("kairos.agent.mcp.Files { command = c }", "kairos.agent.mcp: names of servers are a-z")]
    [InlineData("kairos.agent.mcp.\"a/b\" { url = \"http://x\" }", "kairos.agent.mcp: names of servers are a-z")]
    [InlineData("kairos.agent.mcp.clock.command = c", "kairos.agent.mcp: names of servers are a-z")]
    [InlineData("kairos.agent.http-fetch = 5", "kairos.agent.http-fetch: allowed is a section, in braces")]
    [InlineData("kairos.agent.memory-file.x = 5", "kairos.agent.memory-file: holds a section; allowed is one value")]
    [InlineData("kairos.llm.model = ${?HOME}", "FILE:1: substitutions are not supported")]
    [InlineData("kairos {\n  llm.model = \"x\n}", "FILE:2: a string is not closed")]
    [InlineData("kairos {\n  llm {\n}\n", "FILE:1: '{' is not closed")]
    [InlineData("kairos.agent.mcp.files { command = c, arguments = [a }", "FILE:1: '}' closes nothing")]
    [InlineData("include \"x\"", "FILE: it is not HOCON")]
    [InlineData("kairos.llm.base-url = http://a/v1", "FILE: it is not HOCON")]
    [InlineData("kairos.agent.http-fetch.max-bytes = 0", "kairos.agent.http-fetch.max-bytes = '0': allowed is a whole number from 1 to 16777216")]
    public void A_wrong_line_is_one_problem(string hocon, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Loading.Problems(hocon)), StringComparison.Ordinal);

    [Theory]
    [InlineData("kairos.llm.api-key = [s3cr3t]")]
    [InlineData("kairos.llm.api-key = \"two words s3cr3t\"")]
    [InlineData("kairos.llm.api-kye = s3cr3t")]
    [InlineData("kairos.llm.backup.api-key = [s3cr3t]")]
    [InlineData("kairos.agent.mcp.files { command = c, env.TOKEN = [s3cr3t] }")]
    [InlineData("kairos.agent.mcp.files { command = c, env.TOKEN { A = s3cr3t } }")]
    [InlineData("kairos.agent.mcp.files { command = c, headers.Authorization = s3cr3t }")]
    [InlineData("kairos.agent.mcp.files { url = \"x://u:s3cr3t@host\" }")]
    [InlineData("kairos.agent.mcp.files { url = \"http://x\", command = c, headers { A = s3cr3t } }")]
    [InlineData("kairos.llm.api-key = s3cr3t")]
    [InlineData("kairos.llm { model = m, base-url = \"x://u:s3cr3t@host\" }")]
    [InlineData("kairos.llm { model = m, base-url = \"x://host?k=s3cr3t\" }")]
    [InlineData("kairos.llm { api-key s3cr3t\n model = x }")]
    [InlineData("kairos.llm { api-key \"s3cr3t\" }")]
    [InlineData("kairos.llm.api-key.s3cr3t = 1")]
    [InlineData("kairos.agent.mcp.files { command = c, env { \"TOKEN=s3cr3t\" } }")]
    [InlineData("kairos.agent.mcp.files { command = c, env { TOKEN s3cr3t } }")]
    [InlineData("kairos.agent.mcp.files { url = \"http://x\", headers { \"Authorization: s3cr3t\" } }")]
    [InlineData("kairos.agent.mcp.files { command = c, s3cr3t = 1 }")]
    [InlineData("kairos.llm.api-key = s3:cr3t=s3cr3t")]
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
    public void Servers_are_read_and_shown_without_their_secrets()
    {
        const string Hocon = """
            kairos.agent.mcp {
              files { command = npx, arguments = [-y, "a server", 3, "--token=s3cr3t-0123456789"], env { TOKEN = s3cr3t, "A.B" = "x y" }, startup-timeout = 90s }
              web { url = "https://x/mcp?key=s3cr3t", headers { Authorization = "Bearer s3cr3t" }, error-results-are-failures = false }
            }
            """;

        var agent = Loading.Load(Hocon).Agent;

        Assert.Equal(["-y", "a server", "3", "--token=s3cr3t-0123456789"], agent.Mcp["files"].Arguments);
        Assert.Equal([("A.B", "x y"), ("TOKEN", "s3cr3t")], agent.Mcp["files"].Environment.Select(variable => (variable.Key, variable.Value)));
        Assert.Equal(("Bearer s3cr3t", false), (agent.Mcp["web"].Headers["Authorization"], agent.Mcp["web"].ErrorResultsAreFailures));
        Assert.Equal(("npx", Loading.File), Loading.Show("kairos.agent.mcp.files.command", Hocon));
        Assert.Equal(("[***, ***, ***, ***]", Loading.File), Loading.Show("kairos.agent.mcp.files.arguments", Hocon));
        Assert.Equal(("***", Loading.File), Loading.Show("kairos.agent.mcp.files.env.TOKEN", Hocon));
        Assert.Equal(("***", Loading.File), Loading.Show("kairos.agent.mcp.files.env.\"A.B\"", Hocon));
        Assert.Equal(("***", Loading.File), Loading.Show("kairos.agent.mcp.web.url", Hocon));
        Assert.Equal(("***", Loading.File), Loading.Show("kairos.agent.mcp.web.headers.Authorization", Hocon));
        Assert.Equal(("30s", "default"), Loading.Show("kairos.agent.mcp.web.startup-timeout", Hocon));
    }

    [Fact]
    public void There_are_not_more_servers_than_is_sensible() => Assert.Equal(
        "kairos.agent.mcp: at most 16 servers, and there are 17",
        Assert.Single(Loading.Problems(string.Join('\n', Enumerable.Range(0, 17).Select(number => $"kairos.agent.mcp.s{number}.command = c")))));

    [Theory]
    [InlineData("", "100s", "60s", "30s")]
    [InlineData("kairos.components.llm.call.attempt-timeout = infinite", "infinite", "60s", "30s")]
    [InlineData("kairos.defaults.call.attempt-timeout = 7s", "7s", "60s", "7s")]
    [InlineData("kairos.defaults.call.stream.max-gap = infinite", "100s", "infinite", "30s")]
    public async Task There_are_time_limits_where_the_file_gives_none(string hocon, string model, string gap, string tools)
    {
        using var system = ActorSystem.Create("agent", Loading.Load(hocon).ForActors);
        var components = system.UseKairos().Settings;
        await system.Terminate();

        Assert.Equal(
            (model, gap, tools, model),
            (Text(components.For("llm").Call.AttemptTimeout), Text(components.For("llm").Call.StreamMaxGap),
                Text(components.For("tools/clock").Call.AttemptTimeout), Text(components.For("llm/backup").Call.AttemptTimeout)));
    }

    [Theory]
    [InlineData("", "infinite", "infinite")]
    [InlineData("kairos.defaults.call { attempt-timeout = 7s, stream.max-gap = 7s }", "infinite", "infinite")]
    [InlineData("kairos.components.agent.call.attempt-timeout = 7s", "7s", "infinite")]
    public async Task A_turn_lasts_as_long_as_its_parts_may_unless_the_file_limits_it_itself(string hocon, string attempt, string gap)
    {
        using var system = ActorSystem.Create("agent", Loading.Load(hocon).ForActors);
        var turn = system.UseKairos().Settings.For("agent").Call;
        await system.Terminate();

        Assert.Equal(
            (attempt, gap, "infinite", "infinite"), (Text(turn.AttemptTimeout), Text(turn.StreamMaxGap), Text(turn.StreamFirstElement), Text(turn.Deadline)));
    }

    [Fact]
    public void The_actor_system_is_given_all_but_what_only_the_agent_reads_and_so_no_secret()
    {
        var settings = Loading.Load(
            "akka.loglevel = INFO\nkairos { llm { base-url = \"http://a\", model = m, api-key = s3cr3t }, faults.llm.error-rate = 1, agent { memory-file = x, mcp.files { command = c, env.TOKEN = s3cr3t } }, components.llm.breaker.window = 90s }");
        var config = settings.ForActors;

        Assert.DoesNotContain("s3cr3t", config.ToString(includeFallback: true), StringComparison.Ordinal);
        Assert.Equal(["components", "faults"], config.GetValue("kairos").GetObject().Items.Keys.Order());
        Assert.Equal(("90s", "100s", "INFO"), (config.GetString("kairos.components.llm.breaker.window"), config.GetString("kairos.components.llm.call.attempt-timeout"), config.GetString("akka.loglevel")));
    }

    [Fact]
    public void The_shipped_file_is_right_as_it_is_and_with_its_suggestions()
    {
        var shipped = Repository.Read("samples/KairosAgent/kairos.conf").Split('\n');
        var suggested = string.Join('\n', shipped.Select(line => Suggestion().IsMatch(line) ? line.Replace("# ", "", StringComparison.Ordinal) : line));

        Assert.Empty(Loading.Problems(string.Join('\n', shipped)));
        var settings = Loading.Load(suggested);
        Assert.Equal(("llama3.2", "large", 2), (settings.Agent.Model.Name, settings.Agent.Backup.Name, settings.Agent.Mcp.Count));
        Assert.Equal(3, settings.File.GetInt("kairos.components.llm.breaker.consecutive-failures"));
        Assert.Equal(0.2, settings.ForActors.GetDouble("kairos.faults.llm.error-rate"));
    }

    [Fact]
    public void Settings_do_not_print_their_secrets()
    {
        const string Hocon = "kairos { llm { base-url = \"http://a?k=s3cr3t\", model = m, api-key = s3cr3t }, agent.mcp { f { command = c, arguments = [s3cr3t], env.TOKEN = s3cr3t }, w { url = \"http://s3cr3t@a\", headers.A = s3cr3t } } }";
        using var folder = new TempFolder();
        var file = ConfigFile.Read(folder.Write("kairos.conf", Hocon), []);
        var settings = Loading.Load(Hocon);
        var agent = settings.Agent;

        object[] all = [settings, file, agent, agent.Model, agent.Mcp["f"], agent.Mcp["w"], .. HoconLeaf.Of(file.Config, "llm").Cast<object>()];

        Assert.All(all, it => Assert.DoesNotContain("s3cr3t", it.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_variable_that_is_misspelt_is_told_and_those_of_Kairos_are_not() => Assert.Equal(
        ["KAIROS_LLM_MODL", "KAIROS_TELEMTRY_EXPORTER"],
        Loading.Load("", ("KAIROS_LLM_MODL", "x"), ("KAIROS_TELEMTRY_EXPORTER", "x"), ("KAIROS_TELEMETRY_EXPORTER", "otlp"), ("KAIROS_SERVICE_NAME", "x"))
            .Warnings.Select(warning => warning.Split(' ')[1]));

    private static string Text(TimeSpan limit) => limit == Timeout.InfiniteTimeSpan ? "infinite" : Durations.Write(limit);

    [GeneratedRegex(@"^\s*# +([a-z""/.-]+ (=|\{)[^A-Z]*|\})")]
    private static partial Regex Suggestion();
}
