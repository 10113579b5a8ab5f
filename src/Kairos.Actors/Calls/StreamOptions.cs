using Kairos.Errors;

namespace Kairos.Calls;

/// <summary>What is special about one kind of stream. Immutable and thread-safe.</summary>
/// <typeparam name="T">The type of its elements.</typeparam>
public sealed record StreamOptions<T> : CallOptions
{
    /// <summary>
    /// Judges a stream that ended normally: many a stream ends in good order although it failed. Given the number of elements and the last
    /// one (the default where there was none); returns the error, or null where all is well. Default: a stream that ends is a success.
    /// </summary>
    public Func<long, T?, KairosError?>? Judge { get; init; }

    private protected override string MadeFor => $"streams of {typeof(T)}";
}
