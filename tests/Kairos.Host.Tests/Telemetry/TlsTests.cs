using System.Security.Cryptography.X509Certificates;
using Kairos.Host.Tests.Processes;
using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>Who is who between host and collector. What is refused costs exports and nothing else; see <see cref="ExportingHost.EndAsync"/>.</summary>
[Collection(HostRun.Spans)]
public sealed class TlsTests : IDisposable
{
    private const string Failed = "an export of metrics failed";

    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = new();
    private readonly CertificateAuthority _stranger = new("stranger");

    public static TheoryData<string> Protocols => ["grpc", "http/protobuf"];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_collector_of_the_authority_that_is_named_is_trusted(string protocol)
    {
        await using var collector = await OtlpCollector.StartAsync(new CollectorTls(_authority.IssueServer()));

        await AssertArrivesAsync(collector, protocol, Trust(_authority));
    }

    [Fact]
    public async Task The_standard_variable_names_an_authority_as_well()
    {
        await using var collector = await OtlpCollector.StartAsync(new CollectorTls(_authority.IssueServer()));

        await AssertArrivesAsync(collector, "http/protobuf", ("OTEL_EXPORTER_OTLP_CERTIFICATE", _folder.Write("authority.pem", _authority.Pem)));
    }

    [Fact]
    public async Task A_collector_of_another_authority_is_told_nothing()
    {
        await using var collector = await OtlpCollector.StartAsync(new CollectorTls(_stranger.IssueServer()));

        await AssertFailsAsync(collector, "grpc", Trust(_authority));
    }

    [Fact]
    public async Task A_collector_with_the_certificate_of_another_name_is_told_nothing()
    {
        await using var collector = await OtlpCollector.StartAsync(new CollectorTls(_authority.IssueServer("collector.example")));

        await AssertFailsAsync(collector, "http/protobuf", Trust(_authority));
    }

    [Fact]
    public async Task Where_no_authority_is_named_only_those_of_the_machine_are_trusted()
    {
        await using var collector = await OtlpCollector.StartAsync(new CollectorTls(_authority.IssueServer()));

        await AssertFailsAsync(collector, "grpc");
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_client_with_a_certificate_is_let_in(string protocol)
    {
        await using var collector = await OtlpCollector.StartAsync(AskingForClients());

        await AssertArrivesAsync(collector, protocol, [Trust(_authority), .. Identity(_authority)]);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused()
    {
        await using var collector = await OtlpCollector.StartAsync(AskingForClients());

        await AssertFailsAsync(collector, "grpc", Trust(_authority));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_client_with_the_certificate_of_another_authority_is_refused(string protocol)
    {
        await using var collector = await OtlpCollector.StartAsync(AskingForClients());

        await AssertFailsAsync(collector, protocol, [Trust(_authority), .. Identity(_stranger)]);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    private static async Task AssertArrivesAsync(OtlpCollector collector, string protocol, params (string, string)[] variables)
    {
        await using var host = Start(collector, protocol, variables);
        await host.FeedLineAsync(ExportingHost.TracedError);
        await host.FeedThousandsAsync(1);
        await host.WaitForWholeTotalAsync(collector);

        var result = await host.EndAsync();

        Assert.DoesNotContain("failed", result.Errors, StringComparison.Ordinal);
        Assert.NotEmpty(collector.Traces.Accepted);
        Assert.NotEmpty(collector.Logs.Accepted);
    }

    private static async Task AssertFailsAsync(OtlpCollector collector, string protocol, params (string, string)[] variables)
    {
        using var page = new MetricsPage();
        await using var host = Start(collector, protocol, [.. page.Variables, .. variables]);
        await host.FeedThousandsAsync(1);
        await host.Process.WaitForErrorsAsync("is running");
        await page.WaitForAsync("kairos_telemetry_export_failures{signal=\"metrics\"}", 3, host.WaitTimeout);

        var result = await host.EndAsync();

        Assert.Equal(2, result.Errors.Split(Failed).Length);
        Assert.Empty(collector.Metrics.All);
        Assert.Empty(collector.Logs.All);
    }

    private static ExportingHost Start(OtlpCollector collector, string protocol, (string, string)[] variables) => ExportingHost.Start(
    [
        ("KAIROS_TELEMETRY_OTLP_ENDPOINT", "https://" + (protocol == "grpc" ? collector.Grpc : collector.Http)),
        ("KAIROS_TELEMETRY_OTLP_PROTOCOL", protocol),
        .. variables,
    ]);

    private CollectorTls AskingForClients() => new(_authority.IssueServer()) { ClientAuthority = _authority };

    private (string, string) Trust(CertificateAuthority authority) =>
        ("KAIROS_TELEMETRY_OTLP_CERTIFICATE", _folder.Write("authority.pem", authority.Pem));

    private (string, string)[] Identity(CertificateAuthority authority)
    {
        using var client = authority.IssueClient();
        return
        [
            ("KAIROS_TELEMETRY_OTLP_CLIENT_CERTIFICATE", _folder.Write("client.pem", client.ExportCertificatePem())),
            ("KAIROS_TELEMETRY_OTLP_CLIENT_KEY", _folder.Write("client.key", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())),
        ];
    }
}
