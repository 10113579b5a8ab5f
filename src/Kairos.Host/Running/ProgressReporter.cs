using Kairos.Host.Journal;
using Kairos.Telemetry.Export;

namespace Kairos.Host.Running;

/// <summary>
/// The host's status line, on the log: how far a journal has come, and whether exports arrive. At first soon, then every few seconds, and only
/// where there is something new to say.
/// </summary>
internal sealed class ProgressReporter : IAsyncDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly FeedingProgress _progress;
    private readonly ExportHealth _exports;
    private readonly TextWriter _log;
    private readonly ITimer _timer;
    private string _said = "";

    public ProgressReporter(FeedingProgress progress, ExportHealth exports, TextWriter log)
    {
        (_progress, _exports, _log) = (progress, exports, log);
        _timer = TimeProvider.System.CreateTimer(_ => Report(), null, First, Period);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Report()
    {
        var trouble = _exports.Trouble is { } words ? $"; {words}" : "";
        var line = $"at {JournalTime.Write(_progress.At)}: {_progress.Accepted} events{trouble}";
        var isNews = line != _said && (_progress.Accepted > 0 || trouble.Length > 0 || _said.Length > 0);
        if (!isNews) return;
        _said = line;
        _log.WriteLine(line);
    }
}
