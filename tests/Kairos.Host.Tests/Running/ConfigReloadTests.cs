using Kairos.Host.Tests.Processes;

namespace Kairos.Host.Tests.Running;

public sealed class ConfigReloadTests
{
    private const string Error = """{"component":"llm","event":"error","code":"llm_error","recoverable":true}""" + "\n";

    [Fact]
    public async Task A_changed_file_takes_effect_and_a_wrong_one_changes_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("kairos-reload-");
        try
        {
            var file = Path.Combine(folder.FullName, "my.conf");
            await File.WriteAllTextAsync(file, "kairos.components.llm.breaker.consecutive-failures = 50");
            await using var host = HostProcess.Start("run", "--config", file, "--events", "-");
            await host.WaitForErrorsAsync("is running");

            await File.WriteAllTextAsync(file, "kairos.components.llm.breaker.consecutive-failures = many");
            await host.WaitForErrorsAsync("has changed, but is wrong");
            Assert.Contains("kairos.components.llm.breaker.consecutive-failures = 'many'", await host.WaitForErrorsAsync("'many'"), StringComparison.Ordinal);

            await File.WriteAllTextAsync(file, "kairos.components.llm.breaker.consecutive-failures = 2\nkairos.service.name = other");
            await host.WaitForErrorsAsync("are in force");
            await host.WaitForErrorsAsync("holds when it is started anew");

            await host.FeedAsync(Error + Error);
            await host.WaitForErrorsAsync("llm circuit closed -> open (failures) #1");
            host.CloseInput();
            Assert.Equal(0, (await host.WaitForExitAsync()).ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
