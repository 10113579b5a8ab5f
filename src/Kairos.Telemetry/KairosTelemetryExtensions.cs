using System.Reflection;
using Akka.Configuration;
using Kairos;
using Kairos.Configuration;
using Kairos.Errors;
using Kairos.Hosting;
using Kairos.Telemetry;
using Kairos.Telemetry.Configuration;
using Kairos.Telemetry.Export;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.Hosting;

/// <summary>Kairos' telemetry in a hosted application.</summary>
public static class KairosTelemetryExtensions
{
    private static readonly string[] Beginnings = ["KAIROS_TEL", "KAIROS_SERVICE"];

    /// <summary>
    /// Exports metrics, traces and logs of this host: Kairos', and those of every other source that the application adds to
    /// <c>AddOpenTelemetry()</c>. Precedence, highest first: <c>OTEL_SDK_DISABLED</c>; <c>KAIROS_*</c> variables; <paramref name="configure"/>; the
    /// configuration that <c>AddKairos</c> was given before; <paramref name="hocon"/>; <c>OTEL_*</c> variables; defaults. Everything is exported for
    /// the last time after all services have stopped, within <see cref="KairosTelemetryOptions.ShutdownTimeout"/>. Call it once.
    /// </summary>
    /// <param name="builder">The application that is being built.</param>
    /// <param name="configure">Sets options in code; called once for each signal, at once, with what weaker sources say. Null for nothing.</param>
    /// <param name="hocon">A configuration whose sections <c>kairos.telemetry</c> and <c>kairos.service</c> are read; null for none.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="SettingsException">Something is wrong with the settings, those of components in .NET's configuration included; it names all
    /// that is, and nothing was set up.</exception>
    public static TBuilder AddKairosTelemetry<TBuilder>(this TBuilder builder, Action<KairosTelemetryOptions>? configure = null, Config? hocon = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddKairosTelemetry(Read(builder, configure, hocon), StandardStreams.Output(), new QueuedWriter(Console.Error));
    }

    /// <summary>Reads the settings of an application from all sources, or throws with all that is wrong.</summary>
    internal static TelemetrySettings Read(IHostApplicationBuilder builder, Action<KairosTelemetryOptions>? configure, Config? hocon)
    {
        var findings = new Findings();
        var configured = builder.Services.LastOrDefault(service => service.ServiceType == typeof(ConfiguredSection))?.ImplementationInstance as ConfiguredSection;
        var section = ConfigurationSource.Of(configured?.Configuration, [.. TelemetryKeys.All, .. SettingsReader.Keys, .. ComponentKeys.All]);
        SettingsReader.Check(section, findings, TelemetryKeys.All);
        var version = Assembly.GetEntryAssembly()?.GetName().Version?.ToString(3) ?? "0.0.0";
        var settings = new TelemetryReader(Variable, [HoconSource.Of(hocon ?? Config.Empty, "HOCON"), section], configure, findings)
            .Read(builder.Environment.ApplicationName, version);
        findings.ThrowIfAny();
        return settings with { Warnings = [.. settings.Warnings, .. MisspeltVariables()], HasConfiguration = configured is not null };
    }

    /// <summary>Variables that nobody reads and that begin as ours do; others of that prefix may be the application's.</summary>
    private static IEnumerable<string> MisspeltVariables()
    {
        var known = TelemetryKeys.All.Select(key => TelemetryKeys.OwnOf(key).Name).ToHashSet();
        return Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => !known.Contains(name) && Beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .Select(name => $"variable {Redaction.OneLine(name)} is not read; the nearest known one is {NearestKey.Of(name, known)}");
    }

    internal static TBuilder AddKairosTelemetry<TBuilder>(this TBuilder builder, TelemetrySettings settings, Stream stdout, TextWriter stderr)
        where TBuilder : IHostApplicationBuilder
    {
        if (settings.Options.Prometheus is { Enabled: true } page && !ScrapedPage.IsFree(page)) throw new SettingsException([ScrapedPage.Taken(settings)]);
        builder.Configuration.AddInMemoryCollection(SdkConfiguration.For(builder.Configuration, settings.Options));
        TelemetryPipeline.AddTo(builder.Services, settings, stdout, stderr);
        return builder;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
