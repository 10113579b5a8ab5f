using Kairos.Actors;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Kairos.Telemetry.Export;

/// <summary>
/// Gives a log record the trace that it belongs to. An actor has no current span; what it logs stands in a scope that carries the caller's.
/// </summary>
internal sealed class LogTraceContext : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        if (data.TraceId != default) return;
        data.ForEachScope(
            static (scope, record) =>
            {
                if (scope.Scope is not TraceScope { Context: var context }) return;
                record.TraceId = context.TraceId;
                record.SpanId = context.SpanId;
                record.TraceFlags = context.TraceFlags;
            },
            data);
    }
}
