using Akka.Hosting;
using Kairos.Host.Configuration;
using Kairos.Host.Telemetry;
using Kairos.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Kairos.Host.Running;

/// <summary>Builds the host: actors, telemetry, and a log that goes to standard error, because standard output is the exporter's.</summary>
internal static class KairosHost
{
    public static IHost Build(EffectiveSettings settings, TimeProvider time, Stream stdout)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "kairos" });
        builder.Logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None) // what it would log is thrown as well, and told in one line
            .AddFilter("Akka", LogLevel.Warning)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
                console.ColorBehavior = Console.IsErrorRedirected ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Default;
            });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddKairos(options => options.TimeProvider = time);
        builder.Services.AddTelemetry(settings.Host, stdout);
        builder.Services.AddAkka("kairos", akka => akka
            .AddHocon(settings.Config, HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithKairos());
        return builder.Build();
    }
}
