using Kairos.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kairos.Extensions.AI;

/// <summary>
/// The guard of one model, as its client uses it. Kairos need not run yet when a client is built: it is asked at the first call.
/// </summary>
internal sealed class ModelGuard
{
    private const string Source = "Kairos";
    private readonly Lazy<ComponentGuard> _guard;
    private readonly Func<IKairos> _kairos;
    private readonly ILogger? _logger;
    private bool _holdsTools;
    private int _hasWarnedOfRetries;
    private int _hasWarnedOfTools;

    public ModelGuard(Func<IKairos> kairos, string component, ModelGuardOptions options, IServiceProvider? services)
    {
        _guard = LazyGuard.Of(kairos, component, options.Classifier);
        _kairos = kairos;
        Component = component;
        Options = options;
        Usage = new ModelUsage(options);
        _logger = options.Logger ?? services?.GetService<ILoggerFactory>()?.CreateLogger(Source);
    }

    public string Component { get; }

    public ModelGuardOptions Options { get; }

    /// <summary>The tokens of its calls.</summary>
    public ModelUsage Usage { get; }

    public ComponentGuard Guard
    {
        get
        {
            var guard = _guard.Value;
            if (_holdsTools) WarnOfTools();
            return guard;
        }
    }

    /// <summary>A call with what it uses, where somebody wants to know.</summary>
    public ChatCall Measured(in ChatCall call) => Usage.Begin(Guard, call) is { } usage ? call with { Usage = usage } : call;

    /// <summary>Begins to watch what an attempt sends; null where nobody wants to know.</summary>
    public HttpAttemptObserver? BeginWatch(ModelEndpoint model) => Options.WatchesHttp ? HttpAttemptObserver.Begin(model) : null;

    /// <summary>Where the model is.</summary>
    public ModelEndpoint EndpointOf(Uri? provider) =>
        new(Component, provider, new AnswerLimits(Options.MaxAnswerBytes, Options.MaxLineBytes, Options.MaxErrorBytes), header => _guard.Value.ReportLimits(header));

    /// <summary>Warns, once, of an SDK that was seen repeating requests.</summary>
    public void EndWatch(HttpAttemptObserver? witness)
    {
        if (witness is { Repeats: > 0 } && Interlocked.Exchange(ref _hasWarnedOfRetries, 1) == 0) ModelLog.SdkRetries(Logger, Component, witness.Repeats);
    }

    /// <summary>Says, once, that the guard stands around a function-calling client: at once, or where the actor system is to be told, when
    /// there is one.</summary>
    public void WarnOfToolsInside()
    {
        _holdsTools = true;
        if (_logger is not null) WarnOfTools();
    }

    private ILogger Logger => _logger ?? AkkaLogger.Of(_kairos());

    private void WarnOfTools()
    {
        if (Interlocked.Exchange(ref _hasWarnedOfTools, 1) == 0) ModelLog.ToolsInside(Logger, Component);
    }
}
