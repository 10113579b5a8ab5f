using Akka.Configuration;

namespace Kairos.Tests;

/// <summary>
/// What a run of the whole suite sets for every actor system, from the variable <c>KAIROS_TEST_HOCON</c>: for example
/// <c>kairos.dispatcher.lend-threads = off</c>.
/// </summary>
internal static class SuiteHocon
{
    public static Config Extra { get; } = ConfigurationFactory.ParseString(Environment.GetEnvironmentVariable("KAIROS_TEST_HOCON") ?? "");
}
