using Kairos.Extensions.Polly;
using Polly;

namespace Kairos;

/// <summary>What is special about a component in a pipeline. Not to be changed once a pipeline has it.</summary>
public class KairosComponentOptions : ResilienceStrategyOptions
{
    /// <summary>Nothing special.</summary>
    public KairosComponentOptions() => Name = "Kairos";

    /// <summary>Turns exceptions into errors. Null takes that of Kairos' options. The rejections of Polly's own strategies are understood
    /// without it.</summary>
    public ErrorClassifier? Classifier { get; set; }

    /// <summary>What is done, in a word, for the name of the span: <c>{component} {operation}</c>. Default <c>call</c>.</summary>
    public string Operation { get; set; } = "call";

    /// <summary>Whether the call may be made twice without harm. Default true. It decides only whether a failed tool is called recoverable:
    /// repeating is the pipeline's affair.</summary>
    public bool IsIdempotent { get; set; } = true;
}

/// <summary>The same, for a pipeline of one type of result, which may tell of a failure, too.</summary>
/// <typeparam name="TResult">The type of the pipeline's results.</typeparam>
public sealed class KairosComponentOptions<TResult> : KairosComponentOptions
{
    /// <summary>Judges a result: the error that it stands for, or null where all is well. Asked first. Default: no result is an error.</summary>
    public Func<TResult, KairosError?>? Judge { get; set; }

    /// <summary>
    /// Whether a result is a failure, counted, recoverable, with the component's own code: what Polly calls <c>ShouldHandle</c>, to be made
    /// by <c>PredicateBuilder&lt;TResult&gt;.Build()</c>. Asked about results alone, since exceptions are the classifier's. Default: none is.
    /// </summary>
    public Predicate<Outcome<TResult>>? ShouldHandle { get; set; }

    /// <summary>What a result failed with; null where it is a success.</summary>
    internal Exception? FailureOf(Outcome<TResult> outcome) =>
        Judge?.Invoke(outcome.Result!) is { } error ? new KairosException(error)
        : ShouldHandle?.Invoke(outcome) == true ? new HandledResultException()
        : null;
}
