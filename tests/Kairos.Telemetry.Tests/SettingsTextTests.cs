using Kairos.Configuration;
using Kairos.Telemetry.Configuration;

namespace Kairos.Telemetry.Tests;

/// <summary>What the settings say of themselves goes to logs.</summary>
public sealed class SettingsTextTests
{
    [Fact]
    public void Settings_print_without_secrets()
    {
        var options = new KairosTelemetryOptions
        {
            Otlp = new OtlpOptions { Endpoint = "https://user:s3cr3t@collector:4317/?key=s3cr3t", Headers = "x-key=s3cr3t", User = "somebody", Token = "s3cr3t" },
        };
        var settings = new TelemetrySettings(options, options.Otlp, options.Otlp, new Findings());

        Assert.All([options.Otlp.ToString(), options.ToString(), settings.ToString()], text =>
        {
            Assert.DoesNotContain("s3cr3t", text, StringComparison.Ordinal);
            Assert.Contains("Endpoint = https://***@collector:4317/?key=***", text, StringComparison.Ordinal);
            Assert.Contains("User = somebody", text, StringComparison.Ordinal);
        });
        Assert.Contains("Headers = , User = , Token = ,", new OtlpOptions().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_a_setting_is_one_line_without_control_characters() =>
        Assert.Equal("a.b c = 'd  [31m e': f", new SettingProblem("a.b\nc", "d \u001b[31m\u202ee", "f").ToString());
}
