using Grpc.Core;
using Grpc.Core.Interceptors;
using Kairos.Extensions.Grpc;

namespace Kairos;

/// <summary>
/// Guards the calls of a gRPC client as calls of a component: admission by its circuit, time limits, retries, metrics. Thread-safe.
/// </summary>
/// <remarks>
/// A call that fails throws its own <see cref="RpcException"/>. One that is not made throws a <see cref="CallRejectedException"/>, one that takes
/// longer than the component's limits a <see cref="CallTimeoutException"/>. What the caller cancels or disposes of early blames nobody. A stream is
/// scored when it ends. The component's time limits hold for unary calls and for streams of the server; where the client streams, the time is its
/// own as well, and the call's deadline is the limit.
/// </remarks>
public sealed class KairosClientInterceptor : Interceptor
{
    private readonly Lazy<ComponentGuard> _guard;
    private readonly KairosGrpcOptions _options;

    /// <summary>An interceptor for a component.</summary>
    /// <param name="kairos">The Kairos that the component is of; it need not run before the first call.</param>
    /// <param name="component">The component's name.</param>
    /// <param name="options">What is special about the client; null for nothing.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public KairosClientInterceptor(IKairos kairos, string component, KairosGrpcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kairos);
        if (!ComponentName.IsValid(component))
            throw new ArgumentException($"'{component}' is not the name of a component; allowed: {ComponentName.Allowed}", nameof(component));
        _options = options ?? new KairosGrpcOptions();
        _guard = new Lazy<ComponentGuard>(
            () => Understanding(kairos[component]), LazyThreadSafetyMode.PublicationOnly); // a Kairos that does not run yet may do so at the next call
    }

    /// <summary>An interceptor for a guard that is there.</summary>
    /// <param name="guard">The component's guard.</param>
    /// <param name="options">What is special about the client; null for nothing.</param>
    public KairosClientInterceptor(ComponentGuard guard, KairosGrpcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(guard);
        _options = options ?? new KairosGrpcOptions();
        _guard = new Lazy<ComponentGuard>(Understanding(guard));
    }

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        var call = new SingleAnswer<TResponse>(context.Options, MayRepeat(context.Method), hasLimits: true, token =>
        {
            var begun = continuation(request, With(context, token));
            return new BegunCall<Task<TResponse>>(begun.ResponseAsync, begun.ResponseHeadersAsync, begun.GetStatus, begun.GetTrailers, begun.Dispose);
        });
        var response = call.Start(_guard.Value);
        return new AsyncUnaryCall<TResponse>(response, call.Headers, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        var call = new SingleAnswer<TResponse>(
            context.Options, MayRepeat(context.Method), hasLimits: true, token => BegunCall.Ended(continuation(request, With(context, token))));
#pragma warning disable RS0030 // who calls so blocks a thread: here while it waits for a permit or a retry
        return call.Start(_guard.Value).GetAwaiter().GetResult();
#pragma warning restore RS0030
    }

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        var call = new AnswerStream<TResponse>(context.Options, MayRepeat(context.Method), hasLimits: true, token =>
        {
            var begun = continuation(request, With(context, token));
            return new BegunCall<IAsyncStreamReader<TResponse>>(begun.ResponseStream, begun.ResponseHeadersAsync, begun.GetStatus, begun.GetTrailers, begun.Dispose);
        });
        call.Start(_guard.Value);
        return new AsyncServerStreamingCall<TResponse>(call, call.Headers, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        var requests = new RequestWriter<TRequest>();
        var call = new SingleAnswer<TResponse>(context.Options, mayRepeat: false, hasLimits: false, token =>
        {
            var begun = continuation(With(context, token));
            requests.WriteTo(begun.RequestStream);
            return new BegunCall<Task<TResponse>>(begun.ResponseAsync, begun.ResponseHeadersAsync, begun.GetStatus, begun.GetTrailers, begun.Dispose);
        });
        var response = call.Start(_guard.Value);
        requests.EndWith(response);
        return new AsyncClientStreamingCall<TRequest, TResponse>(requests, response, call.Headers, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        var requests = new RequestWriter<TRequest>();
        var call = new AnswerStream<TResponse>(context.Options, mayRepeat: false, hasLimits: false, token =>
        {
            var begun = continuation(With(context, token));
            requests.WriteTo(begun.RequestStream);
            return new BegunCall<IAsyncStreamReader<TResponse>>(begun.ResponseStream, begun.ResponseHeadersAsync, begun.GetStatus, begun.GetTrailers, begun.Dispose);
        });
        requests.EndWith(call.Start(_guard.Value));
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(requests, call, call.Headers, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private static ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, CancellationToken token)
        where TRequest : class
        where TResponse : class =>
        new(context.Method, context.Host, context.Options.WithCancellationToken(token));

    private bool MayRepeat(IMethod method) => _options.IsIdempotent?.Invoke(method) == true;

    private ComponentGuard Understanding(ComponentGuard guard) => guard.With(GrpcErrors.Understood(_options.Classifier ?? guard.Classifier));
}
