using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using CsCheck;

namespace Kairos.Tests.Classification;

/// <summary>Whatever is thrown, wrapped however, classified by whatever rules: there is an error, and it holds together.</summary>
public sealed class ClassifierPropertyTests
{
    private static readonly Gen<int> Status = Gen.OneOf(Gen.Int[0, 600], Gen.Int);

    private static readonly Gen<string?> Text = Gen.OneOf(
        Gen.String.Select(text => (string?)text),
        Any<string?>(null, "insufficient_quota", "429", "-1", "NaN", "\ud800", "Thu, 15 Jan 2026 17:50:30 GMT"));

    private static readonly Gen<ResponseFacts?> Facts = Gen.Select(
        Status, Text, Text, Gen.Int[0, 3],
        (status, code, header, kind) => kind switch
        {
            0 => null,
            1 => new ResponseFacts { Status = status, ErrorCode = code },
            2 => new ResponseFacts { Status = status, ErrorCode = code, Header = _ => header },
            _ => new ResponseFacts { Status = status, ErrorCode = code, Header = _ => throw new HostileException() },
        });

    private static readonly Gen<Exception> Leaf = Gen.OneOf(
        Gen.Int[0, 60].Select(code => (Exception)new SqliteLikeException(code)),
        Gen.Int.Select(code => (Exception)new OwnCodeDbException(code)),
        Gen.Int.Select(code => (Exception)new SocketException(code)),
        Gen.Enum<HttpRequestError>().Select(kind => (Exception)new HttpRequestException(kind)),
        Gen.Enum<HttpRequestError>().Select(kind => (Exception)new HttpIOException(kind)),
        Facts.Where(facts => facts is not null).Select(facts => (Exception)new HttpFailureException(facts!)),
        Text.Select(text => (Exception)new ToolException(text!)),
        Gen.Int[0, Bugs.All().Count() - 1].Select(index => Bugs.All().ElementAt(index)),
        Any<Exception>(
            new HostileException(), new HostileDbException(), new CircuitOpenLikeException(null), new JsonException(),
            new TimeoutException(), new OperationCanceledException(), new AggregateException(), new OutOfMemoryExceptionLike(),
            new IOException(), new KairosException(new KairosError(ErrorCode.Timeout, "carried"))));

    private static readonly Gen<Exception> Thrown = Gen.Recursive<Exception>((depth, deeper) => depth >= 6
        ? Leaf
        : Gen.Frequency(
            (2, Leaf),
            (1, Gen.Select(deeper, Text, (inner, text) => (Exception)new ToolException(text!, inner))),
            (1, deeper.Select(inner => (Exception)new HostileException(inner))),
            (1, deeper.Select(inner => (Exception)new TargetInvocationException(inner))),
            (1, deeper.Select(inner => (Exception)new HttpRequestException("failed", inner))),
            (1, deeper.Array[0, 3].Select(inners => (Exception)new AggregateException(inners)))));

    private static readonly Gen<ClassificationContext> Context = Gen.Select(
        Any("llm", "llm/fast", "memory", "tools", "tools/a/b", "billing", "", "/", null), Gen.Bool, Gen.Bool,
        (component, timeout, idempotent) => new ClassificationContext(component!) { IsTimeout = timeout, IsIdempotent = idempotent });

    private static readonly Gen<ErrorClassifier> Classifier = Gen.Select(
        Facts, Gen.Int[0, 3], Gen.Int[-1, 600],
        (facts, kind, code) => kind switch
        {
            0 => ErrorClassifier.Default,
            1 => ErrorClassifier.Default.WithAdapter(_ => facts).WithStorageAdapter(_ => code < 0 ? null : code),
            2 => ErrorClassifier.Default.WithRule((Exception exception, in ClassificationContext _) => throw exception),
            _ => ErrorClassifier.Default.WithAdapter(exception => throw exception).WithStorageAdapter(exception => throw exception),
        });

    [Fact]
    public void Never_throws_and_always_ends_in_an_error_that_holds_together() =>
        Gen.Select(Classifier, Thrown, Context).Sample(
            (classifier, thrown, context) =>
            {
                var error = classifier.Classify(thrown, context);
                return Enum.IsDefined(error.Code) && Enum.IsDefined(error.Verdict)
                    && error.Message.Length is > 0 and <= KairosError.MaxMessageLength
                    && error.RetryAfter is null or { Ticks: > 0 and <= TimeSpan.TicksPerDay }
                    && (error.Verdict != Verdict.Trip || !error.Recoverable)
                    && (error.Verdict != Verdict.Gate || error.RetryAfter is not null)
                    && (error.Code != ErrorCode.ToolFailure || context.IsIdempotent || !error.Recoverable);
            },
            print: sample => $"{sample.Item2.GetType().Name} of {sample.Item3}");

    [Fact]
    public void A_chain_of_causes_without_end_in_sight_is_followed_to_its_end()
    {
        Exception chain = new TimeoutException();
        for (var depth = 0; depth < 10_000; depth++) chain = depth % 2 == 0 ? new ToolException("", chain) : new AggregateException(chain);
        Assert.Equal(ErrorCode.Timeout, ErrorClassifier.Default.Classify(chain, TableCase.On("llm")).Code);
    }

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private sealed class OutOfMemoryExceptionLike : OutOfMemoryException;
}
