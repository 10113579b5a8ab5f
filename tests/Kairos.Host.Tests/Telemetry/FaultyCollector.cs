using Kairos.TestUtilities.Collecting;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.Telemetry;

/// <summary>A collector that is fine until a fault begins, and again when it has ended.</summary>
internal sealed class FaultyCollector : IAsyncDisposable
{
    private readonly Fault _fault;
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = new();
    private readonly CertificateAuthority _stranger = new("stranger");
    private readonly CollectorTls? _tls;

    private FaultyCollector(Fault fault)
    {
        _fault = fault;
        if (fault == Fault.WrongCertificate) _tls = new CollectorTls(_authority.IssueServer());
        Collector = OtlpCollector.Absent(_tls);
    }

    public OtlpCollector Collector { get; }

    public static async Task<FaultyCollector> StartAsync(Fault fault)
    {
        var faulty = new FaultyCollector(fault);
        await faulty.Collector.ComeAsync();
        return faulty;
    }

    /// <summary>The variables by which a host finds it.</summary>
    public IEnumerable<(string Name, string Value)> Variables(string protocol)
    {
        var authority = protocol == "grpc" ? Collector.Grpc : Collector.Http;
        if (_fault == Fault.UnknownName) authority = authority.Replace("127.0.0.1", "collector.invalid", StringComparison.Ordinal);
        yield return ("KAIROS_TELEMETRY_OTLP_PROTOCOL", protocol);
        yield return ("KAIROS_TELEMETRY_OTLP_ENDPOINT", (_tls is null ? "http://" : "https://") + authority);
        if (_tls is not null) yield return ("KAIROS_TELEMETRY_OTLP_CERTIFICATE", _folder.Write("authority.pem", _authority.Pem));
    }

    public async Task BeginAsync()
    {
        switch (_fault)
        {
            case Fault.UnknownName:
                break; // from the beginning
            case Fault.NotThere:
                await Collector.GoAsync();
                break;
            case Fault.Mute:
                await Collector.FallMuteAsync();
                break;
            case Fault.WrongCertificate:
                await ComeAsync(_stranger);
                break;
            default:
                Collector.Behaviour = BehaviourOf(_fault);
                break;
        }
    }

    public async Task EndAsync()
    {
        Collector.Behaviour = Behaviour.Accepts;
        if (_fault is Fault.NotThere or Fault.Mute) await Collector.ComeAsync();
        if (_fault == Fault.WrongCertificate) await ComeAsync(_authority);
    }

    public async ValueTask DisposeAsync()
    {
        await Collector.DisposeAsync();
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    private async Task ComeAsync(CertificateAuthority authority)
    {
        await Collector.GoAsync();
        _tls!.Certificate = authority.IssueServer();
        await Collector.ComeAsync();
    }

    private static Behaviour BehaviourOf(Fault fault) => fault switch
    {
        Fault.NeverAnswers => Behaviour.NeverAnswers,
        Fault.AnswersAfter20Seconds => Behaviour.AnswersAfter(TimeSpan.FromSeconds(20)),
        Fault.ResourceExhausted => Behaviour.ResourceExhausted,
        Fault.Unavailable => Behaviour.Unavailable,
        Fault.Unauthenticated => Behaviour.Unauthenticated,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "no behaviour"),
    };
}
