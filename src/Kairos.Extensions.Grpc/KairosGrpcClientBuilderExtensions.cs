using Grpc.Net.ClientFactory;
using Kairos;
using Kairos.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Kairos in a gRPC client that <c>AddGrpcClient</c> makes.</summary>
public static class KairosGrpcClientBuilderExtensions
{
    /// <summary>Guards the client's calls as calls of a component, by a <see cref="KairosClientInterceptor"/>. <see cref="IKairos"/> comes from the
    /// services (<c>AddKairos</c>); it need not run yet.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="component">The component's name.</param>
    /// <param name="configure">Sets what is special about this client; null for nothing.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public static IHttpClientBuilder AddKairosInterceptor(this IHttpClientBuilder builder, string component, Action<KairosGrpcOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!ComponentName.IsValid(component))
            throw new ArgumentException($"'{component}' is not the name of a component; allowed: {ComponentName.Allowed}", nameof(component));
        var options = new KairosGrpcOptions();
        configure?.Invoke(options);
        return builder.AddInterceptor(
            InterceptorScope.Channel, services => new KairosClientInterceptor(SetupMistakes.RequiredOf(services), component, options));
    }
}
