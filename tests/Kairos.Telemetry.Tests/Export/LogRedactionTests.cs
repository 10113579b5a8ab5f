using Kairos.Telemetry.Export;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Kairos.Telemetry.Tests.Export;

/// <summary>What any library logs passes the filter before it is exported.</summary>
public sealed class LogRedactionTests : IDisposable
{
    private readonly Collecting _exported = new();
    private readonly ILoggerFactory _loggers;

    public LogRedactionTests() => _loggers = LoggerFactory.Create(builder => builder.AddOpenTelemetry(options =>
    {
        options.IncludeFormattedMessage = true;
        options.AddProcessor(new LogRedaction());
        options.AddProcessor(new SimpleLogRecordExportProcessor(_exported));
    }));

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public void Secrets_and_control_characters_are_taken_out_of_message_and_values()
    {
        Log("said api_key=sekrit99 \u001b[31mred", null, ("what", "api_key=sekrit99 \u001b[31mred"), ("who", new Uri("https://user:sekrit99@host/")), ("count", 3));

        var record = Assert.Single(_exported.Records);
        Assert.DoesNotContain(record.Values, value => value.Contains("sekrit", StringComparison.Ordinal) || value.Contains('\u001b'));
        Assert.Equal("said api_key=***  [31mred", record.Message);
        Assert.Superset(new HashSet<string> { "api_key=***  [31mred", "https://***@host/", "3" }, record.Values.ToHashSet());
    }

    [Fact]
    public void An_exception_without_anything_to_hide_is_exported_as_it_is_and_another_without_what_it_hides()
    {
        Log("one", new InvalidOperationException("all is well"));
        Log("two", new InvalidOperationException("token=sekrit99", new HttpRequestException("Bearer AbC123sekrit99")));

        Assert.Equal("all is well", _exported.Records[0].Exception?.Message);
        Assert.Null(_exported.Records[1].Exception);
        Assert.Contains("exception.message=token=***", _exported.Records[1].Values);
        Assert.Contains("exception.type=System.InvalidOperationException", _exported.Records[1].Values);
        Assert.DoesNotContain(_exported.Records[1].Values, value => value.Contains("sekrit", StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_that_throws_when_it_is_read_does_not_end_what_is_logged()
    {
        Log("said", null, ("what", new Speechless()));

        Assert.Single(_exported.Records);
    }

    private void Log(string text, Exception? exception, params (string Key, object? Value)[] values) => _loggers.CreateLogger("somebody").Log(
        LogLevel.Warning, default, (IReadOnlyList<KeyValuePair<string, object?>>)[.. values.Select(value => KeyValuePair.Create(value.Key, value.Value))], exception, (_, _) => text);

    private sealed class Speechless
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }

    private sealed class Collecting : BaseExporter<LogRecord>
    {
        public List<(string? Message, Exception? Exception, IReadOnlyList<string> Values)> Records { get; } = [];

        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            foreach (var record in batch)
            {
                var values = (record.Attributes ?? []).Select(attribute => attribute.Key.StartsWith("exception", StringComparison.Ordinal) ? $"{attribute.Key}={attribute.Value}" : TextOf(attribute.Value));
                Records.Add((record.FormattedMessage, record.Exception, [.. values, record.Body ?? ""]));
            }

            return ExportResult.Success;
        }

        private static string TextOf(object? value) => value is Speechless ? "" : value?.ToString() ?? "";
    }
}
