using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Ports;
using Kairos.TestUtilities.Processes;

namespace Kairos.Packages.Tests;

/// <summary>A web application whose settings are in a file, which is edited while it runs.</summary>
[Collection(Packed.Name)]
[Trait(Parts.Trait, Parts.Real)]
public sealed class WebTests(PackageFeed feed)
{
    private const string InForce = "its settings of components are in force";
    private const string Rejected = "      Settings were rejected, those before them stay in force: ";

    [Fact]
    public async Task A_running_application_follows_its_file_and_a_wrong_one_changes_nothing()
    {
        var folder = await Consumer.BuildAsync(feed, "Web");
        var url = $"http://127.0.0.1:{FreePorts.Take()}";
        await using var app = RunningProgram.Start(new ProgramStart("dotnet", "out/Web.dll", "--urls", url) { WorkingFolder = folder, WaitTimeout = TimeSpan.FromMinutes(3) });
        await OutputAsync(app, "Application started.", 1);
        using var http = new HttpClient { BaseAddress = new Uri(url) };

        // As it was started: the sixth failure would open the circuit.
        Assert.Equal(5, await http.GetFromJsonAsync<int>("/failures/llm"));
        Assert.Equal(["llm", "memory", "tools"], await ComponentsAsync(http));
        await FailAsync(http);
        await FailAsync(http);
        Assert.Equal(("llm", "closed", 2), await SnapshotAsync(http));

        await EditAsync(folder, settings =>
        {
            settings["Kairos"]!["Components"]!["llm"]!["Breaker"]!["ConsecutiveFailures"] = 3;
            settings["Kairos"]!["Components"]!["speech"] = new JsonObject();
        });
        await OutputAsync(app, InForce, 1);
        Assert.Equal(3, await http.GetFromJsonAsync<int>("/failures/llm"));
        Assert.Equal(["llm", "memory", "speech", "tools"], await ComponentsAsync(http));
        await FailAsync(http);
        Assert.Equal(("llm", "open", 3), await SnapshotAsync(http));

        // Read twice as it is wrong, of which the application's own setting tells, and then put right.
        foreach (var greeting in new[] { "one", "two" })
        {
            await EditAsync(folder, settings =>
            {
                settings["Greeting"] = greeting;
                settings["Kairos"]!["Components"]!["llm"]!["Breaker"]!["ConsecutiveFailures"] = -1;
                settings["Kairos"]!["Components"]!["vision"] = new JsonObject();
            });
            while (await http.GetStringAsync("/greeting", app.WaitTimeout) != greeting)
            {
            }

            await OutputAsync(app, Rejected, 1);
            Assert.Equal(3, await http.GetFromJsonAsync<int>("/failures/llm"));
            Assert.Equal(["llm", "memory", "speech", "tools"], await ComponentsAsync(http));
        }

        await EditAsync(folder, settings => settings["Kairos"]!["Components"]!["llm"]!["Breaker"]!["ConsecutiveFailures"] = 4);
        await OutputAsync(app, InForce, 2);
        Assert.Equal(4, await http.GetFromJsonAsync<int>("/failures/llm"));
        Assert.Equal(["llm", "memory", "speech", "tools", "vision"], await ComponentsAsync(http));

        app.Signal(PosixSignal.SIGTERM);
        var ended = await app.WaitForExitAsync();
        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(["Kairos:Components:llm:Breaker:ConsecutiveFailures"], Rejections(ended.Output).Select(problem => problem.Split(' ')[0]));
        // Its telemetry is that of the file, too.
        Assert.Contains("\"service.name\": \"shop\"", ended.Output, StringComparison.Ordinal);
        Assert.Contains("\"kairos.errors.total\"", ended.Output, StringComparison.Ordinal);
    }

    private static Task<string> OutputAsync(RunningProgram app, string text, int times) =>
        app.Output.WaitForAsync(written => written.Split(text).Length > times, app.WaitTimeout);

    private static IEnumerable<string> Rejections(string output) =>
        output.Split('\n').Where(line => line.StartsWith(Rejected, StringComparison.Ordinal)).Select(line => line[Rejected.Length..]);

    private static async Task<string[]> ComponentsAsync(HttpClient http) => (await http.GetFromJsonAsync<string[]>("/components"))!;

    private static async Task FailAsync(HttpClient http)
    {
        using var answer = await http.PostAsync("/ask", null);
        Assert.Equal("Failure", await answer.Content.ReadAsStringAsync());
    }

    private static async Task<(string Component, string Circuit, int Errors)> SnapshotAsync(HttpClient http)
    {
        var snapshot = (await http.GetFromJsonAsync<JsonObject>("/llm"))!;
        return ((string)snapshot["component"]!, (string)snapshot["circuit"]!, (int)snapshot["errors"]!);
    }

    /// <summary>Puts a changed file in the place of the old one, as editors do.</summary>
    private static async Task EditAsync(string folder, Action<JsonNode> edit)
    {
        var path = Path.Combine(folder, "appsettings.json");
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        edit(settings);
        await File.WriteAllTextAsync(path + ".new", settings.ToString());
        File.Move(path + ".new", path, overwrite: true);
    }
}
