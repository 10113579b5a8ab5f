using Microsoft.Extensions.Logging;

namespace Kairos.Testing;

/// <summary>Keeps the last lines that Kairos logs. Thread-safe.</summary>
internal sealed class LogRecorder : ILogger
{
    private const int Most = 1000;
    private readonly Queue<string> _lines = new();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Enqueue($"{logLevel} {eventId.Id}: {formatter(state, exception)}");
            if (_lines.Count > Most) _lines.Dequeue();
        }
    }
}
