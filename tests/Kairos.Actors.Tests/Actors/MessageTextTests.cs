using System.Collections.Immutable;
using Kairos.Actors;
using static Kairos.ComponentEvents;
using static Kairos.ComponentProtocol;

namespace Kairos.Tests.Actors;

/// <summary>Akka's own log prints the messages that nobody takes: what they are and whom they are for, and no text of an error.</summary>
public sealed class MessageTextTests
{
    private const string Secret = "s3cr3t99";

    private static readonly KairosError Error = new(ErrorCode.Timeout, $"no answer for {Secret}")
    {
        Cause = new InvalidOperationException(Secret),
        Attributes = ImmutableDictionary<string, string>.Empty.Add("key", Secret),
        Context = ImmutableDictionary<string, object?>.Empty.Add("key", Secret),
    };

    public static TheoryData<object> Messages =>
    [
        new ReportError("llm", Error),
        new ReportHealth("llm", ComponentHealth.Degraded, Secret),
        new CallEnded("llm", default, default, Error),
        new AskWorker("llm", new Question(Secret)),
        new ErrorRecorded("llm", Error, default),
        new ComponentRestarted("llm", new InvalidOperationException(Secret)),
        new LogActor.Line<ErrorRecorded>(new ErrorRecorded("llm", Error, default), (_, _) => { }),
        new ReportRecovery("llm", ErrorKind.Of(Error)) { Duration = TimeSpan.FromSeconds(1) },
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_prints_as_what_it_is_and_whom_it_is_for(object message)
    {
        var text = message.ToString()!;

        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.Contains("llm", text, StringComparison.Ordinal);
        Assert.StartsWith(message.GetType().Name.Split('`')[0], text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_prints_what_it_means() => Assert.Equal(
        ("KairosError { timeout, recoverable, count }", "KairosError { rate_limit, not recoverable, gate, retry after 00:00:02 }"),
        (Error.ToString(), new KairosError(ErrorCode.RateLimit, Secret) { Recoverable = false, RetryAfter = TimeSpan.FromSeconds(2) }.ToString()));

    private sealed record Question(string Text);
}
