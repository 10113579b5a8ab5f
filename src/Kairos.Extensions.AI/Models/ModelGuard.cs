using Kairos.Calls;
using Kairos.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kairos.Extensions.AI;

/// <summary>
/// The guard of one model, as its client uses it. Kairos need not run yet when a client is built: it is asked at the first call.
/// </summary>
internal sealed class ModelGuard
{
    private readonly Lazy<ComponentGuard> _guard;
    private readonly ILogger _logger;
    private int _hasWarned;

    public ModelGuard(Func<IKairos> kairos, string component, ModelGuardOptions options, IServiceProvider? services)
    {
        _guard = LaterGuard.Of(kairos, component, options.Classifier);
        Component = component;
        Options = options;
        _logger = options.Logger ?? services?.GetService<ILoggerFactory>()?.CreateLogger("Kairos") ?? NullLogger.Instance;
    }

    public string Component { get; }

    public ModelGuardOptions Options { get; }

    public ComponentGuard Guard => _guard.Value;

    /// <summary>Begins to watch what an attempt sends; null where nobody wants to know.</summary>
    public HttpWitness? BeginWatch() => Options.WatchesHttp ? HttpWitness.Begin() : null;

    /// <summary>Warns, once, of an SDK that was seen repeating requests.</summary>
    public void EndWatch(HttpWitness? witness)
    {
        if (witness is { Repeats: > 0 } && Interlocked.Exchange(ref _hasWarned, 1) == 0) ModelLog.SdkRetries(_logger, Component, witness.Repeats);
    }

    /// <summary>Says that the guard stands around a function-calling client.</summary>
    public void WarnOfToolsInside() => ModelLog.ToolsInside(_logger, Component);
}
