using Kairos.Telemetry.Otlp;

namespace Kairos.Telemetry.Tests.Otlp;

public sealed class OtlpEndpointTests
{
    [Theory]
    [InlineData("", null, "http://localhost:4317/")]
    [InlineData("localhost:4317", null, "http://localhost:4317/")]
    [InlineData("127.0.0.1:4317", null, "http://127.0.0.1:4317/")]
    [InlineData("127.1.2.3:4317", null, "http://127.1.2.3:4317/")]
    [InlineData("[::1]:4317", null, "http://[::1]:4317/")]
    [InlineData("localhost:4317", false, "https://localhost:4317/")]
    [InlineData("127.0.0.1:4317", false, "https://127.0.0.1:4317/")]
    [InlineData("collector:4317", null, "https://collector:4317/")]
    [InlineData("collector:4317", true, "http://collector:4317/")]
    [InlineData("10.0.0.7:4317", null, "https://10.0.0.7:4317/")]
    [InlineData("[2001:db8::7]:4317", null, "https://[2001:db8::7]:4317/")]
    [InlineData("http://collector:4317", null, "http://collector:4317/")]
    [InlineData("http://collector:4317", true, "http://collector:4317/")]
    [InlineData("https://localhost:4317", null, "https://localhost:4317/")]
    [InlineData("HTTPS://collector", null, "https://collector/")]
    [InlineData("collector", true, "http://collector/")]
    public void An_endpoint_becomes_an_address_with_the_right_scheme(string endpoint, bool? insecure, string address) => Assert.Equal(
        new Uri(address),
        OtlpEndpoint.For(new OtlpOptions { Endpoint = endpoint, Insecure = insecure }, TelemetrySignal.Metrics));

    [Theory]
    [InlineData("", "http://localhost:4318/v1/metrics")]
    [InlineData("localhost:4318", "http://localhost:4318/v1/metrics")]
    [InlineData("http://collector:4318/", "http://collector:4318/v1/metrics")]
    [InlineData("https://collector/otlp", "https://collector/otlp/v1/metrics")]
    [InlineData("https://collector/otlp/v1/metrics", "https://collector/otlp/v1/metrics")]
    [InlineData("[::1]:4318", "http://[::1]:4318/v1/metrics")]
    public void For_http_the_address_has_the_path_of_the_signal(string endpoint, string address) => Assert.Equal(
        new Uri(address),
        OtlpEndpoint.For(new OtlpOptions { Endpoint = endpoint, Protocol = OtlpProtocol.HttpProtobuf }, TelemetrySignal.Metrics));

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("http://collector", true)]
    [InlineData("https://localhost", false)]
    [InlineData("collector:4317", false)]
    public void Whether_it_is_insecure_follows_from_the_endpoint(string endpoint, bool insecure) =>
        Assert.Equal(insecure, OtlpEndpoint.IsInsecure(new OtlpOptions { Endpoint = endpoint }));
}
