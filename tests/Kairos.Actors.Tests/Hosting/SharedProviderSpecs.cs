using Akka.Actor;
using Kairos.Tests.Instruments;
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
    public async Task The_last_export_after_the_system_has_terminated_is_whole()
    {
        var metrics = new MetricCollector();
        using (Sdk.CreateMeterProviderBuilder().AddKairosInstrumentation().AddReader(metrics.Reader).Build())
        {
            using var system = ActorSystem.Create("brief");
            Fail(system.UseKairos(), "brief", 10_000);
            await system.Terminate();
        }

        Assert.Equal(10_000, metrics.LastOf(Total)["component=brief,error.code=llm_error,recoverable=true"]);
    }

    [Fact]
    public async Task A_system_that_terminates_leaves_the_metrics_of_another_flowing()
    {
        var metrics = new MetricCollector();
        using var provider = Sdk.CreateMeterProviderBuilder().AddKairosInstrumentation().AddReader(metrics.Reader).Build();
        using var leaving = ActorSystem.Create("leaving");
        using var staying = ActorSystem.Create("staying");
        leaving.UseKairos();
        var kairos = staying.UseKairos();
        metrics.Collect(Total);
        await leaving.Terminate();
        for (var i = 1; i <= 3; i++)
        {
            Fail(kairos, "staying", 1);
            await kairos.DrainAsync();
            Assert.Equal(i, metrics.Collect(Total)["component=staying,error.code=llm_error,recoverable=true"]);
        }

        await staying.Terminate();
    }

    [Fact]
    public async Task A_system_that_has_terminated_falls_silent_when_the_next_one_starts()
    {
        var metrics = new MetricCollector();
        using var provider = Sdk.CreateMeterProviderBuilder().AddKairosInstrumentation().AddReader(metrics.Reader).Build();
        using var first = ActorSystem.Create("first");
        Fail(first.UseKairos(), "llm", 7);
        await first.Terminate();
        using var next = ActorSystem.Create("next");
        var kairos = next.UseKairos();
        Fail(kairos, "llm", 2);
        await kairos.DrainAsync();

        Assert.Equal(2, metrics.Collect(Total)["component=llm,error.code=llm_error,recoverable=true"]);
        await next.Terminate();
    }

    private static void Fail(IKairos kairos, string component, int times)
    {
        for (var i = 0; i < times; i++) kairos[component].ReportError(new KairosError(ErrorCode.LlmError, "provoked"));
    }
}
