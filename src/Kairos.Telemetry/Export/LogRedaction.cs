using Kairos.Errors;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Kairos.Telemetry.Export;

/// <summary>The filter for records of the log, whoever wrote them: without what looks like a secret, and without control characters but line feeds.</summary>
internal sealed class LogRedaction : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        if (data.FormattedMessage is { } message) data.FormattedMessage = Redaction.Of(message);
        if (data.Body is { } body) data.Body = Redaction.Of(body);
        if (data.Attributes?.Any(attribute => Pass(attribute.Value) != attribute.Value) == true)
            data.Attributes = [.. data.Attributes.Select(attribute => KeyValuePair.Create(attribute.Key, Pass(attribute.Value)))];
        if (data.Exception is { } exception && TextOf(exception, static it => it.ToString()) is var text && Redaction.Of(text) is var passed && passed != text) Replace(data, exception, passed);
    }

    /// <summary>Texts pass the filter. Numbers and the like are as they are; what else there is, is exported as its text.</summary>
    private static object? Pass(object? value)
    {
        if (value is null or (IConvertible and not string)) return value;
        try
        {
            return value.ToString() is { } text && Redaction.Of(text) is var passed && passed != text ? passed : value;
        }
        catch (Exception)
        {
            return value; // the exporter cannot write it either
        }
    }

    private static string TextOf(Exception exception, Func<Exception, string> read)
    {
        try
        {
            return read(exception);
        }
        catch (Exception)
        {
            return "";
        }
    }

    /// <summary>The attributes that the exporter would have made of the exception.</summary>
    private static void Replace(LogRecord data, Exception exception, string text)
    {
        data.Exception = null;
        data.Attributes =
        [
            .. data.Attributes ?? [],
            KeyValuePair.Create<string, object?>("exception.type", exception.GetType().FullName),
            KeyValuePair.Create<string, object?>("exception.message", Redaction.Of(TextOf(exception, static it => it.Message))),
            KeyValuePair.Create<string, object?>("exception.stacktrace", text),
        ];
    }
}
