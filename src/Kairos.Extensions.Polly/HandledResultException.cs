namespace Kairos.Extensions.Polly;

/// <summary>A result was declared a failure. As an <see cref="IOException"/> it is known to be transient.</summary>
internal sealed class HandledResultException() : IOException("The pipeline handles this result as a failure.");
