using Kairos.Configuration;
using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Configuration;

/// <summary>
/// Puts the settings together, from the weakest source to the strongest: defaults; OpenTelemetry's variables; the sources; code; Kairos'
/// variables; <c>OTEL_SDK_DISABLED</c>. It never stops at the first problem: all of them are collected.
/// </summary>
/// <param name="variable">The environment; null for what is not set.</param>
/// <param name="sources">HOCON and .NET's configuration, the weaker first.</param>
/// <param name="code">What code changes; null for nothing.</param>
/// <param name="findings">Where problems and origins go.</param>
internal sealed class TelemetryReader(
    Func<string, string?> variable, IReadOnlyList<SettingsSource> sources, Action<KairosTelemetryOptions>? code, Findings findings)
{
    private const string Endpoint = "telemetry.otlp.endpoint";
    private const string Page = "kairos.telemetry.prometheus";

    private static readonly IReadOnlyList<IReadOnlyList<string>> Known = [.. TelemetryKeys.All.Select(setting => setting.Key.Split('.'))];

    /// <summary>Whether a value is one of telemetry's.</summary>
    public static bool IsMine(Written written) => written.Path.Count > 0 && TelemetryKeys.Sections.Contains(written.Path[0]);

    /// <summary>Reads everything. The settings hold only if no problem was found.</summary>
    /// <param name="serviceName">How the service is called where nobody says.</param>
    /// <param name="serviceVersion">Its version where nobody says.</param>
    public TelemetrySettings Read(string serviceName, string serviceVersion)
    {
        var traces = Read(TelemetrySignal.Traces, findings.Aside());
        var logs = Read(TelemetrySignal.Logs, findings.Aside());
        var options = Read(TelemetrySignal.Metrics, findings); // origins that are shown are the metrics'
        if (ReadSdkDisabled()) options = options with { Exporter = TelemetryExporter.None, Prometheus = options.Prometheus with { Enabled = false } };
        if (findings.Problems.Count == 0) ReportContradictions(options.Otlp, traces.Otlp, logs.Otlp);
        return new TelemetrySettings(options, traces.Otlp, logs.Otlp, findings) { Warnings = [.. Warnings(options)] };

        KairosTelemetryOptions Read(TelemetrySignal signal, Findings found) =>
            this.Read(new KairosTelemetryOptions { ServiceName = serviceName, ServiceVersion = serviceVersion }, signal, found);
    }

    private KairosTelemetryOptions Read(KairosTelemetryOptions options, TelemetrySignal signal, Findings found)
    {
        var reader = new KeyReader<KairosTelemetryOptions>(TelemetryKeys.All, found);
        options = reader.Read(options, Variables(setting => setting.Standard.Reverse()), Known);
        var ofSignal = TelemetryKeys.All.Single(setting => setting.Key == Endpoint).Standard.Single(standard => standard.IsOfSignal);
        if (variable(ofSignal.NameFor(signal)) is not null) options.Otlp.EndpointIsWhole = true;
        foreach (var source in sources) options = reader.Read(options, source with { Values = [.. source.Values.Where(IsMine)] }, Known);
        return reader.Read(Change(options, found), Variables(setting => [TelemetryKeys.OwnOf(setting)]), Known);

        SettingsSource Variables(Func<Setting, IEnumerable<Variable>> variablesOf) =>
            SettingsSource.OfVariables(TelemetryKeys.All, variablesOf, signal.ToWireName(), variable);
    }

    /// <summary>What is set in code goes through the same table as what is written elsewhere.</summary>
    private KairosTelemetryOptions Change(KairosTelemetryOptions options, Findings found)
    {
        if (code is null) return options;
        var (before, page) = (options with { Otlp = options.Otlp with { }, Prometheus = options.Prometheus with { } }, options.Prometheus);
        code(options);
        foreach (var setting in TelemetryKeys.All)
        {
            var value = setting.Write(options);
            if (value != setting.Write(before)) found.SetByCode(setting);
            if (setting.Read(value) is null) found.Report(new SettingProblem(setting.FullKey, setting.Printable(value), $"allowed is {setting.Allowed}"));
        }

        if (!ReferenceEquals(page, options.Prometheus)) found.SetByCode(TelemetryKeys.All.Single(setting => setting.FullKey == $"{Page}.port"));
        return options;
    }

    private void ReportContradictions(params OtlpOptions[] all)
    {
        foreach (var options in all)
        {
            if (OtlpEndpoint.Contradiction(options) is { } contradiction) Report(contradiction.Key, contradiction.Value, contradiction.Allowed);
            if (options.Retry == OtlpRetry.Disk && options.RetryDirectory.Length == 0)
                Report("kairos.telemetry.otlp.retry", "disk", "needs kairos.telemetry.otlp.retry-directory, the folder to keep in what is still to be sent");
            var (certificate, key) = (options.ClientCertificate, options.ClientKey);
            if (certificate.Length == 0 != (key.Length == 0) || (key.Length > 0 && !PemFiles.GoTogether(certificate, key)))
            {
                var name = certificate.Length > 0 ? "kairos.telemetry.otlp.client-certificate" : "kairos.telemetry.otlp.client-key";
                Report(name, certificate.Length > 0 ? certificate : key, "client-certificate and client-key go together");
            }
        }

        void Report(string key, string? value, string allowed) => findings.Report(new SettingProblem(findings.NameOf(key), value, allowed));
    }

    private bool ReadSdkDisabled()
    {
        const string Name = TelemetryKeys.SdkDisabled;
        if (variable(Name) is not { } text) return false;
        if (!bool.TryParse(text, out var disabled)) findings.Report(new SettingProblem(Name, text, "allowed is true or false"));
        if (!disabled) return false;
        findings.Set(new Written(["telemetry", "exporter"], Name, text, $"variable {Name}"));
        findings.Set(new Written(["telemetry", "prometheus", "enabled"], Name, text, $"variable {Name}"));
        return true;
    }

    private IEnumerable<string> Warnings(KairosTelemetryOptions options)
    {
        var set = new[] { $"{Page}.port", $"{Page}.host" }.FirstOrDefault(findings.Origins.ContainsKey);
        if (options.Prometheus.IsEnabled is null && set is not null)
            yield return $"{findings.NameOf(set)} is set, but {Page}.enabled is not: there is no page; enabled = false says that this is meant";
    }
}
