using System.Globalization;
using Kairos.Errors;
using Microsoft.Extensions.Logging;

namespace Kairos.Telemetry.Export;

/// <summary>The log as people read it: a line each, on a writer. Thread-safe if the writer is.</summary>
internal sealed class LineLoggerProvider(TextWriter log) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(log, categoryName);

    public void Dispose()
    {
    }

    private sealed class LineLogger(TextWriter log, string category) : ILogger
    {
        // Kairos has taken secrets out of what it tells, and names keys that are called like secrets; others are not as careful.
        private readonly bool _isKairos = category.StartsWith(nameof(Kairos), StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var time = TimeProvider.System.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
            var message = formatter(state, exception);
            var cause = exception is null ? "" : " " + Redaction.Of(exception.ToString());
            log.WriteLine($"{time} {NameOf(logLevel)}: {category}[{eventId.Id}] {(_isKairos ? message : Redaction.Of(message))}{cause}");
        }

        private static string NameOf(LogLevel level) => level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
    }
}
