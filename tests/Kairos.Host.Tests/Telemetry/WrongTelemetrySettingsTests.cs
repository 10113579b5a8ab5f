using System.Security.Cryptography.X509Certificates;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>What cannot work is said before anything starts, by its name, and ends the host as wrong settings do.</summary>
public sealed class WrongTelemetrySettingsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = new();

    [Fact]
    public Task An_authority_whose_file_holds_no_certificate() => AssertWrongAsync(
        "KAIROS_TELEMETRY_OTLP_CERTIFICATE", ("KAIROS_TELEMETRY_OTLP_CERTIFICATE", _folder.Write("authority.pem", "no certificate")));

    [Fact]
    public Task A_client_whose_file_holds_no_certificate() => AssertWrongAsync(
        "KAIROS_TELEMETRY_OTLP_CLIENT_CERTIFICATE",
        ("KAIROS_TELEMETRY_OTLP_CLIENT_CERTIFICATE", _folder.Write("client.pem", "no certificate")),
        ("KAIROS_TELEMETRY_OTLP_CLIENT_KEY", WriteKey("client.key", _authority.IssueClient())));

    [Fact]
    public Task A_client_without_a_key() => AssertWrongAsync(
        "KAIROS_TELEMETRY_OTLP_CLIENT", ("KAIROS_TELEMETRY_OTLP_CLIENT_CERTIFICATE", WriteCertificate(_authority.IssueClient())));

    [Fact]
    public Task A_client_with_the_key_of_another() => AssertWrongAsync(
        "KAIROS_TELEMETRY_OTLP_CLIENT",
        ("KAIROS_TELEMETRY_OTLP_CLIENT_CERTIFICATE", WriteCertificate(_authority.IssueClient())),
        ("KAIROS_TELEMETRY_OTLP_CLIENT_KEY", WriteKey("other.key", _authority.IssueClient())));

    [Theory]
    [InlineData("KAIROS_TELEMETRY_OTLP_HEADERS", "x-scope=a%0D%0Ax-other: b")]
    [InlineData("KAIROS_TELEMETRY_OTLP_HEADERS", "x-scope=é")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "x-scope=%C3%A9")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-scope=a%00")]
    [InlineData("KAIROS_TELEMETRY_OTLP_HEADERS", "Content-Type=text/plain")]
    public Task A_value_that_a_header_cannot_carry(string variable, string value) => AssertWrongAsync(variable + " = '***': ", (variable, value));

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var page = new MetricsPage();
        await using var other = new MuteListener(page.Port);
        await using var host = ExportingHost.Start([.. page.Variables, ("KAIROS_TELEMETRY_EXPORTER", "none")]);

        var result = await host.Process.WaitForExitAsync();

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"{page.Port.Number}", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private static async Task AssertWrongAsync(string named, params (string, string)[] variables)
    {
        (string Name, string Value)[] all = [("KAIROS_TELEMETRY_EXPORTER", "otlp"), ("KAIROS_TELEMETRY_OTLP_ENDPOINT", "https://127.0.0.1:1"), .. variables];

        var result = await HostRun.RunAsync(new HostStart("run", "--events", "-") { Variables = all.ToDictionary(variable => variable.Name, variable => variable.Value) });

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(named, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private string WriteCertificate(X509Certificate2 certificate) => _folder.Write("client.pem", certificate.ExportCertificatePem());

    private string WriteKey(string name, X509Certificate2 certificate) => _folder.Write(name, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
}
