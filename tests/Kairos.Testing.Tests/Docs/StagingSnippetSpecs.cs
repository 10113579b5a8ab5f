using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kairos.Testing.Tests.Docs;

/// <summary>What docs/testing.md shows of an application that allows faults.</summary>
public sealed class StagingSnippetSpecs
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_staging_system_has_the_faults_of_its_settings_and_no_other_system_has(bool isStaging)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = isStaging ? "Staging" : "Production" });
        if (isStaging) builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Kairos:Faults:Llm:ErrorRate"] = "1", ["Kairos:Defaults:Call:Retry:MaxAttempts"] = "1" });
        Show(builder);
        using var host = builder.Build();
        await host.StartAsync();
        var llm = host.Services.GetRequiredService<IKairos>()["llm"];

        if (isStaging) await Assert.ThrowsAsync<KairosException>(() => llm.SucceedAsync().AsTask());
        else await llm.SucceedAsync();
        await host.StopAsync();

        static void Show(HostApplicationBuilder builder)
        {
            // snippet: staging
            builder.Services.AddKairos(builder.Configuration.GetSection("Kairos"), options =>
            {
                if (builder.Environment.IsStaging()) options.InjectFromSettings(); // Kairos:Faults
            });
            // end
        }
    }

    [Fact]
    public void Faults_are_built_piece_by_piece()
    {
        // snippet: faults
        var faults = Faults.ErrorRate(0.2, ErrorCode.RateLimit)
            .RetryAfter(TimeSpan.FromSeconds(2))
            .Latency(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500))
            .Seed(1);
        // end
        Assert.Equal("error-rate 0.2, code rate_limit, retry-after 2s, latency 50ms..500ms, seed 1", faults.ToString());
    }

    [Fact]
    public async Task The_guards_of_an_application_that_is_tested_as_a_whole_can_be_asked_too()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKairos();
        using var app = builder.Build();
        await app.StartAsync();
        await ShowAsync(app);
        await app.StopAsync();

        static async Task ShowAsync(IHost app)
        {
            // snippet: whole
            var llm = app.Services.GetRequiredKeyedService<ComponentGuard>("llm");
            await llm.ForceOpenAsync(code: ErrorCode.Unauthorized);
            var rejection = await Assert.ThrowsAsync<CircuitOpenException>(async () => await llm.ExecuteAsync(_ => new ValueTask<int>(1)));
            Assert.Equal(TransitionReason.Unauthorized, rejection.Reason);
            await llm.ForceClosedAsync();
            // end
        }
    }
}
