using Kairos.Configuration;
using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Configuration;

/// <summary>
/// Puts the settings together, strongest first: <c>OTEL_SDK_DISABLED</c>; Kairos' variables; HOCON; code; OpenTelemetry's variables; defaults.
/// It never stops at the first problem: all of them are collected, each with its key or variable, the value and what is allowed.
/// </summary>
internal sealed class TelemetryReader
{
    private const string OfVariable = "variable ";
    private const string OfCode = "code";

    private readonly Func<string, string?> _variable;
    private readonly IReadOnlyList<HoconLeaf> _leaves;
    private readonly string _file;
    private readonly TelemetryOptions _code;
    private readonly List<SettingProblem> _problems;
    private readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);

    /// <param name="variable">The environment; null for what is not set.</param>
    /// <param name="leaves">What is written below <see cref="TelemetryKeys.Sections"/> in HOCON.</param>
    /// <param name="file">How the HOCON is called.</param>
    /// <param name="code">What is written in code.</param>
    /// <param name="problems">Where problems go.</param>
    public TelemetryReader(
        Func<string, string?> variable, IReadOnlyList<HoconLeaf> leaves, string file, TelemetryOptions code, List<SettingProblem> problems) =>
        (_variable, _leaves, _file, _code, _problems) = (variable, leaves, file, code, problems);

    /// <summary>Whether a leaf is one of telemetry's.</summary>
    public static bool IsMine(HoconLeaf leaf) => leaf.Path.Count > 1 && TelemetryKeys.Sections.Contains(leaf.Path[1]);

    /// <summary>Reads everything. The settings hold only if no problem was added.</summary>
    /// <param name="serviceName">How the service is called where nobody says.</param>
    /// <param name="serviceVersion">Its version where nobody says.</param>
    public TelemetrySettings Read(string serviceName, string serviceVersion)
    {
        ReportUnknown();
        ReportWrongCode();
        var traces = Read(Signal.Traces);
        var logs = Read(Signal.Logs);
        _origins.Clear(); // those that are shown are the metrics'
        var options = Read(Signal.Metrics);
        options = options with
        {
            ServiceName = options.ServiceName.Length > 0 ? options.ServiceName : serviceName,
            ServiceVersion = options.ServiceVersion.Length > 0 ? options.ServiceVersion : serviceVersion,
        };
        if (ReadSdkDisabled()) options = options with { Exporter = TelemetryExporter.None, Prometheus = options.Prometheus with { Enabled = false } };
        if (_problems.Count == 0) ReportContradictions(options.Otlp, traces.Otlp, logs.Otlp);
        return new TelemetrySettings(options, traces.Otlp, logs.Otlp, _origins);
    }

    private TelemetryOptions Read(Signal signal)
    {
        var options = _code;
        foreach (var key in TelemetryKeys.All) options = Read(key, signal, options);
        return options;
    }

    /// <summary>The strongest place where a key is set makes the change; wrong values in weaker places are found all the same.</summary>
    private TelemetryOptions Read(TelemetryKey key, Signal signal, TelemetryOptions options)
    {
        var isFound = false;
        foreach (var (origin, name, written, text, isWhole) in Candidates(key, signal))
        {
            if (origin == OfCode)
            {
                if (!isFound) _origins[key.FullKey] = origin;
                isFound = true;
                continue;
            }

            var change = text is null ? null : key.Setting.Read(text.Trim());
            if (change is null) Report(new SettingProblem(name, key.Printable(written), $"allowed is {key.AllowedIn(name)}"));
            if (change is null || isFound) continue;
            (isFound, _origins[key.FullKey]) = (true, origin);
            options = change(options);
            if (isWhole) options = options with { Otlp = options.Otlp with { EndpointIsWhole = true } };
        }

        return options;
    }

    private IEnumerable<(string Origin, string Name, string Written, string? Text, bool IsWhole)> Candidates(TelemetryKey key, Signal signal)
    {
        if (Find(key.Own) is { } own) yield return own;
        var leaf = _leaves.FirstOrDefault(leaf => leaf.Key == key.FullKey);
        if (leaf.Path is not null) yield return (_file, leaf.Key, leaf.Value ?? "{}", leaf.IsList ? null : leaf.Value, false);
        if (key.IsWritten(_code)) yield return (OfCode, key.FullKey, "", null, false);
        foreach (var variable in key.Standard)
        {
            if (Find(variable) is { } standard) yield return standard;
        }

        (string, string, string, string?, bool)? Find(Variable variable)
        {
            var name = variable.NameFor(signal);
            if (_variable(name) is not { } value) return null;
            return (OfVariable + name, name, value, variable.ToText(value), variable.IsOfSignal && key.Setting.Key == "telemetry.otlp.endpoint");
        }
    }

    /// <summary>What was set in code goes through the same table as what was written elsewhere.</summary>
    private void ReportWrongCode()
    {
        foreach (var key in TelemetryKeys.All.Where(key => key.IsWritten(_code)))
        {
            var value = key.Setting.Write(_code);
            if (key.Setting.Read(value) is null) Report(new SettingProblem(key.FullKey, key.Printable(value), $"allowed is {key.Setting.Allowed}"));
        }
    }

    private void ReportContradictions(params OtlpOptions[] all)
    {
        foreach (var options in all)
        {
            if (OtlpEndpoint.Contradiction(options) is { } contradiction) Report(contradiction with { Key = NameOf(contradiction.Key) });
            if (options.Retry == OtlpRetry.Disk && options.RetryDirectory.Length == 0)
                Report(new SettingProblem(NameOf("kairos.telemetry.otlp.retry"), "disk", "needs kairos.telemetry.otlp.retry-directory, the folder to keep in what is still to be sent"));
            var (certificate, key) = (options.ClientCertificate, options.ClientKey);
            if (certificate.Length == 0 != (key.Length == 0) || (key.Length > 0 && !PemFiles.GoTogether(certificate, key)))
            {
                var name = certificate.Length > 0 ? "kairos.telemetry.otlp.client-certificate" : "kairos.telemetry.otlp.client-key";
                Report(new SettingProblem(NameOf(name), certificate.Length > 0 ? certificate : key, "client-certificate and client-key go together"));
            }
        }
    }

    private bool ReadSdkDisabled()
    {
        if (_variable(TelemetryKeys.SdkDisabled) is not { } text) return false;
        if (!bool.TryParse(text, out var disabled)) Report(new SettingProblem(TelemetryKeys.SdkDisabled, text, "allowed is true or false"));
        if (disabled) _origins["kairos.telemetry.exporter"] = _origins["kairos.telemetry.prometheus.enabled"] = OfVariable + TelemetryKeys.SdkDisabled;
        return disabled;
    }

    private void ReportUnknown()
    {
        var known = TelemetryKeys.All.Select(key => key.FullKey).ToList();
        foreach (var leaf in _leaves)
        {
            var isSection = leaf.Value is null && known.Any(key => key.StartsWith(leaf.Key + ".", StringComparison.Ordinal));
            if (!isSection && !known.Contains(leaf.Key)) Report(UnknownKey.Problem(leaf.Key, known));
        }
    }

    /// <summary>A key as it was written: itself, or the variable that set it.</summary>
    private string NameOf(string key) => _origins.GetValueOrDefault(key, key) is var origin && origin.StartsWith(OfVariable, StringComparison.Ordinal)
        ? origin[OfVariable.Length..]
        : key;

    /// <summary>The signals share most of their places, and so their problems.</summary>
    private void Report(SettingProblem problem)
    {
        if (!_problems.Contains(problem)) _problems.Add(problem);
    }
}
