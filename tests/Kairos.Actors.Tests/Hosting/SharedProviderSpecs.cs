using Akka.Actor;
using Kairos.Errors;
using Kairos.Hosting;
using Kairos.Tests.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Kairos.Tests.Hosting;

/// <summary>A provider without a host hears every Kairos in the process, so nothing else may run beside these.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

[Collection(Alone.Name)]
public sealed class SharedProviderSpecs
{
    private const string Total = "kairos.errors.total";

    [Fact]
    public async Task A_provider_that_is_built_after_the_errors_sees_whole_totals()
    {
        using var system = ActorSystem.Create("late");
        var kairos = system.UseKairos();
        Fail(kairos, "llm", 12);
        await kairos.DrainAsync();
        var metrics = new MetricCollector();

        using var provider = Sdk.CreateMeterProviderBuilder().AddKairosInstrumentation().AddReader(metrics.Reader).Build();

        Assert.Equal(12, metrics.Collect(Total)["component=llm,error.code=llm_error,recoverable=true"]);
        await system.Terminate();
    }

    [Fact]
    public async Task A_provider_without_a_host_hears_every_Kairos_in_the_process()
    {
        var metrics = new MetricCollector();
        using var provider = Sdk.CreateMeterProviderBuilder().AddKairosInstrumentation().AddReader(metrics.Reader).Build();
        using var one = ActorSystem.Create("one");
        using var other = ActorSystem.Create("other");
        foreach (var system in new[] { one, other })
        {
            var kairos = system.UseKairos();
            Fail(kairos, system.Name, 3);
            await kairos.DrainAsync();
        }

        Assert.Equal(
            ["component=one,error.code=llm_error,recoverable=true", "component=other,error.code=llm_error,recoverable=true"],
            metrics.Collect(Total).Keys.Order());
        await one.Terminate();
        await other.Terminate();
    }

    [Fact]
    public async Task A_system_that_has_terminated_is_heard_no_more()
    {
        var metrics = new MetricCollector();
        using var provider = Sdk.CreateMeterProviderBuilder().AddKairosInstrumentation().AddReader(metrics.Reader).Build();
        using (var system = ActorSystem.Create("gone"))
        {
            system.UseKairos();
            await system.Terminate();
        }

        metrics.Reader.Collect();

        Assert.True(metrics.Exports.Count == 0 || metrics.Collect(Total).Count == 0);
    }

    private static void Fail(IKairos kairos, string component, int times)
    {
        for (var i = 0; i < times; i++) kairos[component].ReportError(new KairosError(ErrorCode.LlmError, "provoked"));
    }
}
