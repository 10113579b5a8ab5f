using Kairos;
using Kairos.Extensions.Http;
using Microsoft.Extensions.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Kairos in the pipeline of an <see cref="HttpClient"/> that <c>AddHttpClient</c> makes.</summary>
public static class KairosHttpClientBuilderExtensions
{
    /// <summary>
    /// Guards the client's requests as calls of a component: admission by its circuit, time limits, retries, metrics. The settings are the
    /// component's. <see cref="IKairos"/> comes from the services (<c>AddKairos</c>); it need not run yet.
    /// </summary>
    /// <remarks>
    /// A call lasts until the headers of its answer are there: what is read after them has no limit of the guard's. An answer with a status of 400
    /// or more is a failure for the guard, and an answer for the caller once retries are over. A request that is not made throws a
    /// <see cref="CallRejectedException"/>, one that takes longer than the component's limits a <see cref="CallTimeoutException"/>. A client's
    /// <see cref="HttpClient.Timeout"/> is the component's failure as well; a caller who cancels blames nobody. Handlers that are added before
    /// stand around the guard, those that are added behind it are within each attempt.
    /// </remarks>
    /// <param name="builder">The client's builder.</param>
    /// <param name="component">The component's name.</param>
    /// <param name="configure">Sets what is special about this client; null for nothing.</param>
    /// <exception cref="ArgumentException">The name is not that of a component, or an option is out of its range.</exception>
    public static IHttpClientBuilder AddKairos(this IHttpClientBuilder builder, string component, Action<KairosHttpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!ComponentName.IsValid(component))
            throw new ArgumentException($"'{component}' is not the name of a component; allowed: {ComponentName.Allowed}", nameof(component));
        var options = new KairosHttpOptions();
        configure?.Invoke(options);
        options.Check();
        if (options.PerHost && component.Length > HostName.LongestParent)
            throw new ArgumentException($"With {nameof(options.PerHost)} a name has {HostName.LongestParent} characters at most: '{component}'.", nameof(component));

        var key = new object(); // the same for all handlers that the factory makes of this registration, in each container another guard
        builder.Services.AddKeyedSingleton(key, (services, _) => new HttpGuard(services, component, options));
        builder.Services.AddOptions<HttpClientFactoryOptions>(builder.Name).PostConfigure<IServiceProvider>((factory, services) =>
        {
            var guard = services.GetRequiredKeyedService<HttpGuard>(key);
            factory.HttpClientActions.Add(guard.Clients.Add);
            factory.HttpMessageHandlerBuilderActions.Add(handlers => guard.Others.Look(handlers.Name, handlers.AdditionalHandlers));
        });
        return builder.AddHttpMessageHandler(services => new KairosHandler(services.GetRequiredKeyedService<HttpGuard>(key)));
    }
}
