using System.Net.Sockets;
using System.Text.Json;

namespace Kairos.Tests.Classification;

/// <summary>What the type of an exception says, where no answer of a server stands behind it.</summary>
public sealed class ExceptionKindTests
{
    [Fact]
    public void Bugs_are_internal_and_no_dependencys_fault()
    {
        foreach (var bug in Bugs.All())
        {
            var error = Classify(bug, "memory");
            Assert.Equal((ErrorCode.InternalError, false, Verdict.Ignore), (error.Code, error.Recoverable, error.Verdict));
            Assert.Same(bug, error.Cause);
        }
    }

    [Fact]
    public void A_bug_that_somebody_took_for_a_failure_is_one()
    {
        foreach (var bug in Bugs.All().Where(bug => bug is not TypeInitializationException))
            Assert.Equal((ErrorCode.LlmError, false), Of(Classify(new ToolException("failed", bug), "llm")));
    }

    [Fact]
    public void Json_that_cannot_be_read_is_the_fault_of_who_wrote_it()
    {
        var broken = Record.Exception(() => JsonDocument.Parse("<html>"))!;
        Assert.Equal((ErrorCode.LlmError, true), Of(Classify(broken, "llm")));
        Assert.Equal((ErrorCode.MemoryError, true), Of(Classify(broken, "memory")));
        Assert.Equal((ErrorCode.ToolFailure, true), Of(Classify(broken, "tools")));
        Assert.Equal((ErrorCode.LlmError, true), Of(Classify(new InvalidDataException("no gzip"), "llm")));
    }

    [Fact]
    public void From_a_model_what_an_empty_answer_lacks_is_the_providers_fault()
    {
        var noChoice = Record.Exception(() => new List<string>()[0])!;
        var noProperty = Record.Exception(() => JsonDocument.Parse("{}").RootElement.GetProperty("text"))!;
        Assert.IsType<ArgumentOutOfRangeException>(noChoice);
        Assert.IsType<KeyNotFoundException>(noProperty);

        Assert.Equal((ErrorCode.LlmError, true), Of(Classify(noChoice, "llm/fast")));
        Assert.Equal((ErrorCode.LlmError, true), Of(Classify(noProperty, "llm")));
        Assert.Equal((ErrorCode.InternalError, false), Of(Classify(noChoice, "memory")));
        Assert.Equal((ErrorCode.MemoryError, false), Of(Classify(noProperty, "memory")));
    }

    [Fact]
    public void An_invalid_operation_may_come_from_the_wire_and_counts()
    {
        var anotherKind = Record.Exception(() => JsonDocument.Parse("1").RootElement.GetString())!;
        Assert.IsType<InvalidOperationException>(anotherKind);

        Assert.Equal((ErrorCode.LlmError, true), Of(Classify(anotherKind, "llm")));
        Assert.Equal((ErrorCode.MemoryError, false), Of(Classify(anotherKind, "memory")));
        Assert.Equal(Verdict.Count, Classify(anotherKind, "memory").Verdict);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, ErrorCode.MemoryError)]
    [InlineData(SocketError.ConnectionReset, ErrorCode.MemoryError)]
    [InlineData(SocketError.HostNotFound, ErrorCode.MemoryError)]
    [InlineData(SocketError.TimedOut, ErrorCode.Timeout)]
    public void Sockets_fail_with_the_component_or_too_late(SocketError socket, ErrorCode code)
    {
        var failure = new SocketException((int)socket);
        Assert.Equal((code, true), Of(Classify(failure, "memory")));
        Assert.Equal((code, true), Of(Classify(new IOException("read", failure), "memory")));
        Assert.Equal((code, true), Of(Classify(new HttpRequestException(HttpRequestError.ConnectionError, "connect", failure), "memory")));
    }

    [Theory]
    [InlineData(HttpRequestError.Unknown, true)]
    [InlineData(HttpRequestError.NameResolutionError, true)]
    [InlineData(HttpRequestError.ConnectionError, true)]
    [InlineData(HttpRequestError.HttpProtocolError, true)]
    [InlineData(HttpRequestError.ProxyTunnelError, true)]
    [InlineData(HttpRequestError.InvalidResponse, true)]
    [InlineData(HttpRequestError.ResponseEnded, true)]
    [InlineData(HttpRequestError.SecureConnectionError, false)]
    [InlineData(HttpRequestError.ConfigurationLimitExceeded, false)]
    [InlineData(HttpRequestError.VersionNegotiationError, false)]
    [InlineData(HttpRequestError.ExtendedConnectNotSupported, false)]
    public void Each_way_for_http_to_fail_is_the_components_own(HttpRequestError kind, bool recoverable)
    {
        Assert.Equal((ErrorCode.LlmError, recoverable), Of(Classify(new HttpRequestException(kind), "llm")));
        Assert.Equal((ErrorCode.LlmError, recoverable), Of(Classify(new HttpIOException(kind), "llm")));
    }

    [Fact]
    public void Credentials_that_a_connection_was_refused_for_trip()
    {
        var error = Classify(new HttpRequestException(HttpRequestError.UserAuthenticationError), "llm");
        Assert.Equal((ErrorCode.Unauthorized, false, Verdict.Trip), (error.Code, error.Recoverable, error.Verdict));
    }

    [Fact]
    public void A_missing_file_is_no_broken_connection() =>
        Assert.Equal((ErrorCode.MemoryError, false), Of(Classify(new FileNotFoundException("index"), "memory")));

    [Fact]
    public void Databases_are_storage_whoever_uses_them()
    {
        Assert.Equal((ErrorCode.MemoryError, true), Of(Classify(new TransientDbException(true), "billing")));
        Assert.Equal((ErrorCode.MemoryError, false), Of(Classify(new TransientDbException(false), "billing")));
        Assert.Equal((ErrorCode.MemoryError, true), Of(Classify(new ToolException("save", new OwnCodeDbException(5)), "memory")));
        Assert.Equal(Verdict.Trip, Classify(new OwnCodeDbException(11), "memory").Verdict);
        Assert.Equal(11, Classify(new OwnCodeDbException(11), "memory").Context["sqlite.result_code"]);
        Assert.Equal(Verdict.Count, Classify(new OwnCodeDbException(1205), "memory").Verdict);
    }

    [Fact]
    public void A_result_code_that_an_adapter_finds_stands_whatever_the_exception_says_itself()
    {
        var classifier = ErrorClassifier.Default.WithStorageAdapter(_ => 11);
        foreach (var failure in new Exception[] { new OwnCodeDbException(5), new IOException(), new TimeoutException(), Bugs.NullReference() })
        {
            var error = classifier.Classify(failure, TableCase.On("llm"));
            Assert.Equal((ErrorCode.MemoryError, Verdict.Trip), (error.Code, error.Verdict));
        }
    }

    [Theory]
    [InlineData("llm", true)]
    [InlineData("memory", true)]
    [InlineData("tools", false)]
    public void Only_of_a_tool_it_matters_whether_the_call_changes_things(string component, bool recoverable)
    {
        var context = TableCase.On(component) with { IsIdempotent = false };
        Assert.Equal(recoverable, ErrorClassifier.Default.Classify(new IOException(), context).Recoverable);
    }

    [Fact]
    public void Without_an_adapter_a_busy_sqlite_cannot_be_told_from_a_broken_one()
    {
        Assert.Equal((ErrorCode.MemoryError, false), Of(Classify(new SqliteLikeException(5), "memory")));
        Assert.Equal((ErrorCode.MemoryError, false), Of(Classify(new SqliteLikeException(11), "memory")));
    }

    private static KairosError Classify(Exception exception, string component) =>
        ErrorClassifier.Default.Classify(exception, TableCase.On(component));

    private static (ErrorCode Code, bool Recoverable) Of(KairosError error) => (error.Code, error.Recoverable);
}
