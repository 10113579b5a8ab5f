using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Kairos.Tests.Hosting;

/// <summary>Keeps what is logged under the category <c>Kairos</c>.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, int Id, string Text, Exception? Exception)> _lines = [];

    private readonly ConcurrentDictionary<int, IReadOnlyDictionary<string, object?>> _scopes = [];
    private readonly AsyncLocal<IReadOnlyList<KeyValuePair<string, object?>>?> _scope = new();

    public IReadOnlyList<(LogLevel Level, int Id, string Text, Exception? Exception)> All => [.. _lines];

    /// <summary>What else the logger does whenever it is called: loggers are slow at times, and fail.</summary>
    public Action Meanwhile { get; set; } = () => { };

    /// <summary>What it does when it is asked whether a level is logged.</summary>
    public Action WhenAsked { get; set; } = () => { };

    public ILogger CreateLogger(string categoryName) =>
        categoryName == "Kairos" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    /// <summary>The last line about an error, circuit or health, with the values of the scope that it stood in.</summary>
    public IReadOnlyDictionary<string, object?> ScopeOf(int id) => _scopes[id];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull
    {
        _scope.Value = state as IReadOnlyList<KeyValuePair<string, object?>>;
        return new End(this);
    }

    public bool IsEnabled(LogLevel logLevel)
    {
        WhenAsked();
        return true;
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Meanwhile();
        _scopes[eventId.Id] = (_scope.Value ?? []).ToDictionary();
        _lines.Enqueue((logLevel, eventId.Id, formatter(state, exception), exception));
    }

    public void Dispose()
    {
    }

    private sealed class End(LogLines lines) : IDisposable
    {
        public void Dispose() => lines._scope.Value = null;
    }
}
