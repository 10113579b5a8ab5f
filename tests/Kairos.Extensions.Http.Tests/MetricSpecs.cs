using System.Net;
using Kairos.Tests.Calls;
using Kairos.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Kairos.Extensions.Http.Tests;

/// <summary>A client in a host that has all from the same services, and what is exported of its calls.</summary>
public sealed class MetricSpecs
{
    [Fact]
    public async Task Each_call_is_counted_once_by_its_outcome()
    {
        await using var host = await KairosHost.StartAsync(new KairosHostSetup
        {
            Options = options => options.Component("pages", c => c with
            {
                Breaker = new BreakerPolicy { ConsecutiveFailures = 2 },
                Call = new CallPolicy { Retry = new RetryPolicy { MaxAttempts = 1 } },
            }),
        });
        var services = new ServiceCollection().AddSingleton(host.Kairos);
        services.AddHttpClient("pages").AddKairos("pages").AddHttpMessageHandler(() => new Handler((request, _, _) =>
            Task.FromResult(new HttpResponseMessage((HttpStatusCode)int.Parse(request.RequestUri!.AbsolutePath[1..], provider: null)))));
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("pages");

        foreach (var status in (int[])[200, 304, 404, 200, 401, 500, 503])
        {
            try
            {
                using var response = await client.GetAsync(new Uri($"http://pages.example/{status}")).Soon();
                Assert.Equal(status, (int)response.StatusCode);
            }
            catch (CircuitOpenException)
            {
                Assert.Equal(503, status);
            }
        }

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["component=pages,outcome=success"] = 3,
                ["component=pages,outcome=ignored"] = 1,
                ["component=pages,outcome=failure"] = 2,
                ["component=pages,outcome=rejected"] = 1,
            },
            await host.Collect("kairos.calls"));
        Assert.Equal(
            new Dictionary<string, double>
            {
                ["component=pages,error.code=internal_error,recoverable=true"] = 1,
                ["component=pages,error.code=not_found,recoverable=false"] = 1,
                ["component=pages,error.code=unauthorized,recoverable=false"] = 1,
            },
            await host.Collect("kairos.errors.total"));
    }
}
