using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Kairos.Telemetry.Export;

/// <summary>The log as people read it: a line each, on a writer that takes secrets out. Thread-safe if the writer is.</summary>
internal sealed class LineLoggerProvider(TextWriter log) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(log, categoryName);

    public void Dispose()
    {
    }

    private sealed class LineLogger(TextWriter log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var time = TimeProvider.System.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
            var cause = exception is null ? "" : " " + exception;
            log.WriteLine($"{time} {NameOf(logLevel)}: {category}[{eventId.Id}] {formatter(state, exception)}{cause}");
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
