using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kairos.Extensions.Http.Tests;

/// <summary>The warning where another handler of the pipeline retries as well.</summary>
public sealed class OtherRetriesSpecs
{
    private static readonly Action<IHttpClientBuilder> Nothing = _ => { };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_given_once_wherever_the_other_one_stands(bool isAround)
    {
        await using var client = await GuardedClient.StartAsync(new ClientSetup
        {
            Around = isAround ? Resilience : Nothing,
            Within = isAround ? Nothing : Resilience,
        });

        for (var i = 0; i < 3; i++) client.New().Dispose();

        var (level, _, text, _) = Assert.Single(client.Log.All);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("'search'", text, StringComparison.Ordinal);
        Assert.Contains("ResilienceHandler", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guard_within_a_guard_retries_as_well()
    {
        await using var client = await GuardedClient.StartAsync(new ClientSetup { Within = builder => builder.AddKairos("tools") });

        Assert.Contains("KairosHandler, KairosHandler", Assert.Single(client.Log.All).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_not_given_for_other_handlers()
    {
        await using var client = await GuardedClient.StartAsync(new ClientSetup
        {
            Within = builder => builder.AddHttpMessageHandler(() => new Handler((_, _, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)))),
        });

        Assert.Empty(client.Log.All);
    }

    private static void Resilience(IHttpClientBuilder builder) => builder.AddStandardResilienceHandler();
}
