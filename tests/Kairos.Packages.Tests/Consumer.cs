using Kairos.TestUtilities;

namespace Kairos.Packages.Tests;

/// <summary>A project in <c>Consumers</c>, copied to where it knows nothing of this repository, and built there from the packages.</summary>
internal static class Consumer
{
    /// <summary>The files of a consumer, as they stand in the repository.</summary>
    public static IEnumerable<string> FilesOf(string name) => Directory.EnumerateFiles(Repository.PathOf($"tests/Kairos.Packages.Tests/Consumers/{name}"));

    /// <summary>Builds one into <c>out</c>, and returns its folder.</summary>
    /// <param name="feed">The packages.</param>
    /// <param name="name">The consumer's folder.</param>
    /// <param name="fill">What becomes of the lines of each file; null for the same.</param>
    public static async Task<string> BuildAsync(PackageFeed feed, string name, Func<string[], IEnumerable<string>>? fill = null)
    {
        var folder = feed.NewFolder(name.ToLowerInvariant());
        foreach (var file in FilesOf(name))
        {
            var lines = await File.ReadAllLinesAsync(file);
            await File.WriteAllLinesAsync(Path.Combine(folder, Path.GetFileName(file)), fill?.Invoke(lines) ?? lines);
        }

        await Command.DotnetAsync(
            folder, "build", "--output", "out",
            $"-p:KairosVersion={Shipped.Version}", $"-p:OpenTelemetryVersion={Shipped.VersionOf("OpenTelemetry.Extensions.Hosting")}",
            $"-p:GrpcVersion={Shipped.VersionOf("Grpc.AspNetCore")}", $"-p:TestKitVersion={Shipped.VersionOf("Akka.TestKit.Xunit2")}",
            $"-p:TestSdkVersion={Shipped.VersionOf("Microsoft.NET.Test.Sdk")}", $"-p:XunitVersion={Shipped.VersionOf("xunit")}",
            $"-p:XunitRunnerVersion={Shipped.VersionOf("xunit.runner.visualstudio")}");
        return folder;
    }
}
