using Grpc.Core;

namespace Kairos;

/// <summary>What is special about a guarded gRPC client. Read once, when the interceptor is made; not thread-safe.</summary>
public sealed class KairosGrpcOptions
{
    /// <summary>Turns failures into errors. Its rules see the <see cref="RpcException"/>. Null takes that of Kairos' options.</summary>
    public ErrorClassifier? Classifier { get; set; }

    /// <summary>
    /// Whether a method may be called again after a call of it has failed: unary calls, and streams of the server before their first message.
    /// Calls whose client streams are made once. Null, the default: no method may be. Called once for each call, by many threads at once.
    /// </summary>
    public Func<IMethod, bool>? IsIdempotent { get; set; }
}
