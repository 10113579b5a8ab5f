using System.Text.RegularExpressions;
using Kairos.TestUtilities;

namespace Kairos.Packages.Tests;

/// <summary>What the READMEs show, compiled and run in one project that has all the packages and nothing else of this repository.</summary>
[Collection(Packed.Name)]
[Trait(Parts.Trait, Parts.Real)]
public sealed partial class SnippetTests(SnippetProgram program) : IClassFixture<SnippetProgram>
{
    [Fact]
    public async Task An_application_with_telemetry_of_its_own() =>
        Assert.Contains("You asked: What is a circuit breaker? Errors of the memory: 1", await program.RunAsync("Embed"));

    [Fact]
    public async Task A_hosted_application()
    {
        var lines = await program.RunAsync("Hosted");

        Assert.Contains("You asked: What is a circuit breaker?", lines);
        Assert.Contains("memory: Open, Unhealthy", lines);
    }

    [Fact]
    public async Task An_export()
    {
        var output = string.Join('\n', await program.RunAsync("Export"));

        Assert.Contains("\"service.name\": \"my-agent\"", output, StringComparison.Ordinal);
        Assert.Matches(OneTimeout(), output);
    }

    [Fact]
    public async Task A_model_with_tools_that_is_asked_until_its_circuit_opens() =>
        Assert.Equal(
            ["Fly at noon, by find_flights.", "bad gateway", "llm is not called, try again in"],
            (await program.RunAsync("Agent")).Where(line => line.Length > 0 && line[0] != '[').Select(line => line.Split(" 00:")[0]));

    [Fact]
    public async Task An_agent_whose_model_goes_down() =>
        Assert.Equal(
            ["A switch that opens.", "llm failed", "llm is not called, try again in"],
            (await program.RunAsync("Researcher")).Where(line => line.Length > 0 && line[0] != '[').Select(line => line.Split(" 00:")[0]));

    [Fact]
    public async Task A_pipeline() => Assert.Contains("Hello. Errors: 1, recovered: 1", await program.RunAsync("Pipeline"));

    [Fact]
    public async Task A_named_client_of_a_server_that_fails_hangs_up_and_fails_for_good() =>
        Assert.Equal(
            ["status 200", "status 500", "status 500", "tools/search is not called, try again in"],
            (await program.RunAsync("Client")).Where(line => line.StartsWith('s') || line.StartsWith('t')).Select(line => line.Split(" 00:")[0]));

    [Fact]
    public async Task A_client_of_a_gRPC_service() =>
        Assert.Equal(
            ["Hello.", "it is Unavailable", "it is Unavailable", "tools/notes is not called, try again in"],
            (await program.RunAsync("Notes")).Where(line => line.Length > 0 && line[0] != '[').Select(line => line.Split(" 00:")[0]));

    [GeneratedRegex("\"Name\": \"kairos.errors.total\".*?\"error.code\": \"timeout\".*?\"Value\": 1\\b", RegexOptions.Singleline)]
    private static partial Regex OneTimeout();
}
