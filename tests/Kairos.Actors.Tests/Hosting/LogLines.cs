using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Kairos.Tests.Hosting;

/// <summary>Keeps what is logged under the category <c>Kairos</c>.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, int Id, string Text, Exception? Exception)> _lines = [];

    public IReadOnlyList<(LogLevel Level, int Id, string Text, Exception? Exception)> All => [.. _lines];

    public ILogger CreateLogger(string categoryName) =>
        categoryName == "Kairos" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, eventId.Id, formatter(state, exception), exception));

    public void Dispose()
    {
    }
}
