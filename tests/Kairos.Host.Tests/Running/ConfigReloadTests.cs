using System.Runtime.InteropServices;
using Kairos.Host.Tests.Processes;
using Kairos.Host.Tests.Telemetry;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Running;

/// <summary>However a file comes to say something else, the host notices, and takes it where it is right.</summary>
public sealed class ConfigReloadTests : IDisposable
{
    private const string Error = """{"component":"llm","event":"error","code":"llm_error","recoverable":true}""" + "\n";
    private const string Patient = "kairos.components.llm.breaker.consecutive-failures = 50";
    private const string Strict = "kairos.components.llm.breaker.consecutive-failures = 2";

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_changed_file_takes_effect_and_a_wrong_one_changes_nothing()
    {
        var file = _folder.Write("my.conf", Patient);
        await using var host = await StartAsync(file);

        _folder.Write("my.conf", "kairos.components.llm.breaker.consecutive-failures = many");
        await host.WaitForErrorsAsync("has changed, but is wrong");
        Assert.Contains("kairos.components.llm.breaker.consecutive-failures = 'many'", await host.WaitForErrorsAsync("'many'"), StringComparison.Ordinal);

        _folder.Write("my.conf", Strict + "\nkairos.service.name = other");
        await host.WaitForErrorsAsync("are in force");
        await host.WaitForErrorsAsync("holds when it is started anew");

        await AssertStrictAsync(host);
    }

    [Fact]
    public async Task The_link_to_the_data_of_a_ConfigMap_that_is_swapped_is_noticed()
    {
        _folder.Write("first/my.conf", Patient);
        _folder.Write("second/my.conf", Strict);
        Link("..data", "first");
        Link("my.conf", "..data/my.conf");
        await using var host = await StartAsync(PathOf("my.conf"));

        Link("..data_tmp", "second");
        Assert.Equal(0, Rename(PathOf("..data_tmp"), PathOf("..data")));

        await AssertStrictAsync(host);
    }

    [Fact]
    public async Task A_links_target_that_is_written_anew_is_noticed()
    {
        _folder.Write("elsewhere/real.conf", Patient);
        Link("my.conf", "elsewhere/real.conf");
        await using var host = await StartAsync(PathOf("my.conf"));

        _folder.Write("elsewhere/real.conf", Strict);

        await AssertStrictAsync(host);
    }

    [Fact]
    public async Task A_folder_that_is_replaced_is_noticed_and_while_there_is_none_the_settings_stay()
    {
        var file = _folder.Write("config/my.conf", Patient);
        await using var host = await StartAsync(file);

        Directory.Delete(PathOf("config"), recursive: true);
        await host.WaitForErrorsAsync("has changed, but is wrong");
        _folder.Write("config/my.conf", Strict);

        await AssertStrictAsync(host);
    }

    [Fact]
    public async Task A_file_that_is_moved_over_it_is_noticed()
    {
        var file = _folder.Write("my.conf", Patient);
        await using var host = await StartAsync(file);

        File.Move(_folder.Write("new.conf", Strict), file, overwrite: true);

        await AssertStrictAsync(host);
    }

    [Fact]
    public async Task It_needs_none_of_the_kernels_watches_which_may_all_be_taken()
    {
        await using var host = HostProcess.Start("run", "--config", _folder.Write("my.conf", Patient), "--events", "-");
        await host.WaitForErrorsAsync("is running");

        Assert.DoesNotContain(host.OpenFiles, file => file.Contains("inotify", StringComparison.Ordinal));
        _folder.Write("my.conf", Strict);
        await AssertStrictAsync(host);
    }

    [Fact]
    public async Task Settings_that_came_by_a_pipe_are_not_looked_for_again()
    {
        await using var host = HostProcess.Start(new HostStart("run", "--config", "/dev/stdin")
        {
            Variables = new Dictionary<string, string> { ["KAIROS_TELEMETRY_METRICS_INTERVAL_SECONDS"] = "0.5" },
        });
        await host.FeedAsync(Patient + "\nkairos.service.name = piped");
        await host.Output.WaitForAsync(text => text.Split("\"service.name\": \"piped\"").Length > 8, host.WaitTimeout); // four looks later

        host.Signal(PosixSignal.SIGTERM);
        Assert.DoesNotContain("has changed", (await host.WaitForExitAsync()).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kairos.telemetry.otlp.token \"" + Secrets.Token + "\"")]
    [InlineData("kairos.llm.api-key." + Secrets.Token + " = 1")]
    [InlineData("kairos.agent.mcp.files.env { \"TOKEN=" + Secrets.Token + "\" }")]
    [InlineData("kairos.telemetry.otlp.endpoint = \"http://u:" + Secrets.Password + "@127.0.0.1:4317/?k=" + Secrets.Header + "\"")]
    public async Task What_is_wrong_is_told_without_secrets(string hocon)
    {
        var file = _folder.Write("my.conf", Patient);
        await using var host = await StartAsync(file);

        _folder.Write("my.conf", hocon);
        await host.WaitForErrorsAsync("Settings were rejected, those before them stay in force: ");
        host.CloseInput();

        Secrets.AssertNone(await host.WaitForExitAsync());
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<HostRun> StartAsync(string file)
    {
        var host = HostRun.Start("run", "--config", file, "--events", "-");
        await host.WaitForErrorsAsync("is running");
        return host;
    }

    private static async Task AssertStrictAsync(IRunning host)
    {
        await host.WaitForErrorsAsync("are in force");
        await host.FeedAsync(Error + Error);
        await host.WaitForErrorsAsync("llm circuit closed -> open (failures) #1");
        Assert.Equal(0, (await host.WaitForExitAsync()).ExitCode);
    }

    private string PathOf(string name) => Path.Combine(_folder.Path, name);

    /// <summary>As Kubernetes does it; .NET moves no links to folders.</summary>
    [DllImport("libc", EntryPoint = "rename", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename(string from, string to);

    private void Link(string name, string target) => File.CreateSymbolicLink(PathOf(name), target);
}
