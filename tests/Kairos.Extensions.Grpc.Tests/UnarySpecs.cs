using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Kairos.Tests.Calls;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.Grpc.Tests;

/// <summary>Calls with one answer.</summary>
public sealed class UnarySpecs
{
    public static TheoryData<StatusCode, ErrorCode, Verdict, bool> Statuses => new()
    {
        { StatusCode.InvalidArgument, ErrorCode.InvalidInput, Verdict.Ignore, false },
        { StatusCode.FailedPrecondition, ErrorCode.InvalidInput, Verdict.Ignore, false },
        { StatusCode.AlreadyExists, ErrorCode.InvalidInput, Verdict.Ignore, false },
        { StatusCode.NotFound, ErrorCode.NotFound, Verdict.Ignore, false },
        { StatusCode.Unavailable, ErrorCode.InternalError, Verdict.Count, true },
        { StatusCode.Internal, ErrorCode.InternalError, Verdict.Count, true },
        { StatusCode.Unimplemented, ErrorCode.InternalError, Verdict.Count, false },
        { StatusCode.ResourceExhausted, ErrorCode.RateLimit, Verdict.Count, true },
        { StatusCode.DeadlineExceeded, ErrorCode.Timeout, Verdict.Count, true },
        { StatusCode.Cancelled, ErrorCode.Timeout, Verdict.Count, true }, // the server's, not the caller's
        { StatusCode.Unauthenticated, ErrorCode.Unauthorized, Verdict.Trip, false },
        { StatusCode.PermissionDenied, ErrorCode.Unauthorized, Verdict.Trip, false },
    };

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task A_status_reaches_the_caller_as_it_is_and_the_component_by_the_table(StatusCode status, ErrorCode code, Verdict verdict, bool isRecoverable)
    {
        await using var notes = await GuardedNotes.StartAsync(component: "store");
        notes.Service.OnAsk = (_, _) => throw NotesService.Failure(status);

        var failure = await Assert.ThrowsAsync<RpcException>(() => notes.AskAsync());

        Assert.Equal((status, $"it is {status}"), (failure.StatusCode, failure.Status.Detail));
        var error = Assert.Single(await notes.ErrorsAsync());
        Assert.Equal((code, verdict, isRecoverable), (error.Code, error.Verdict, error.Recoverable));
        Assert.Equal(verdict == Verdict.Trip ? CircuitStatus.Open : CircuitStatus.Closed, notes.Snapshot.Circuit);
        Assert.Equal(1, notes.Service.Calls);
    }

    [Fact]
    public async Task Headers_status_and_trailers_are_those_of_the_call()
    {
        await using var notes = await GuardedNotes.StartAsync(GuardedNotes.Retries, options => options.IsIdempotent = _ => true);
        notes.Service.OnAsk = async (number, context) =>
        {
            if (number == 1) throw NotesService.Failure(StatusCode.Unavailable);
            await context.WriteResponseHeadersAsync([new Metadata.Entry("x-head", "h")]);
            context.ResponseTrailers.Add("x-trail", "t");
            return "second";
        };

        using var call = notes.Client.AskAsync(new Note());
        Assert.Throws<InvalidOperationException>(() => call.GetStatus()); // it runs

        Assert.Equal("second", (await call.ResponseAsync.Soon()).Text);
        Assert.Equal("h", (await call.ResponseHeadersAsync.Soon()).GetValue("x-head"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Equal("t", call.GetTrailers().GetValue("x-trail"));
        Assert.Equal([("tools/notes", ErrorCode.ToolFailure, 1L)], await notes.System.RecoveriesAsync());
    }

    [Fact]
    public async Task A_failed_calls_status_and_trailers_are_to_be_had_as_well()
    {
        await using var notes = await GuardedNotes.StartAsync();
        notes.Service.OnAsk = (_, _) => throw NotesService.Failure(StatusCode.NotFound, ("x-trail", "t"));

        using var call = notes.Client.AskAsync(new Note());

        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.Soon());
        Assert.Equal(StatusCode.NotFound, call.GetStatus().StatusCode);
        Assert.Equal("t", call.GetTrailers().GetValue("x-trail"));
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task Only_a_method_that_may_be_repeated_is(bool mayBe, int calls)
    {
        await using var notes = await GuardedNotes.StartAsync(GuardedNotes.Retries, options => options.IsIdempotent = method => mayBe && method.Name == "Ask");
        notes.Service.OnAsk = (_, _) => throw NotesService.Failure(StatusCode.Unavailable);

        await Assert.ThrowsAsync<RpcException>(() => notes.AskAsync());

        Assert.Equal(calls, notes.Service.Calls);
        Assert.Equal(calls, (await notes.ErrorsAsync()).Count);
    }

    [Theory]
    [InlineData("grpc-retry-pushback-ms", "2500", 2.5)]
    [InlineData("retry-after", "20", 20d)]
    public async Task A_wait_in_the_trailers_is_taken(string trailer, string value, double seconds)
    {
        await using var notes = await GuardedNotes.StartAsync();
        notes.Service.OnAsk = (_, _) => throw NotesService.Failure(StatusCode.ResourceExhausted, (trailer, value));

        await Assert.ThrowsAsync<RpcException>(() => notes.AskAsync());

        var error = Assert.Single(await notes.ErrorsAsync());
        Assert.Equal((Verdict.Gate, seconds), (error.Verdict, error.RetryAfter?.TotalSeconds));
        var rejected = await Assert.ThrowsAsync<CircuitOpenException>(() => notes.AskAsync());
        Assert.Equal("tools/notes", rejected.Component);
        Assert.Equal(1, notes.Service.Calls);
    }

    [Fact]
    public async Task A_pushback_that_forbids_retries_is_heeded()
    {
        await using var notes = await GuardedNotes.StartAsync(GuardedNotes.Retries, options => options.IsIdempotent = _ => true);
        notes.Service.OnAsk = (_, _) => throw NotesService.Failure(StatusCode.Unavailable, ("grpc-retry-pushback-ms", "-1"));

        await Assert.ThrowsAsync<RpcException>(() => notes.AskAsync());

        Assert.Equal(1, notes.Service.Calls);
    }

    [Fact]
    public async Task A_call_that_is_not_made_says_so_everywhere()
    {
        await using var notes = await GuardedNotes.StartAsync();
        notes.System.Kairos["tools/notes"].Isolate();
        await notes.System.SettleAsync();

        using var call = notes.Client.AskAsync(new Note());

        await Assert.ThrowsAsync<CircuitOpenException>(() => call.ResponseAsync.Soon());
        await Assert.ThrowsAsync<CircuitOpenException>(() => call.ResponseHeadersAsync.Soon());
        Assert.Equal(StatusCode.Unavailable, call.GetStatus().StatusCode);
        Assert.Empty(call.GetTrailers());
        Assert.Equal(0, notes.Service.Calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_cancels_or_disposes_blames_nobody(bool disposes)
    {
        using var caller = new CancellationTokenSource();
        await using var notes = await GuardedNotes.StartAsync(GuardedNotes.Retries, options => options.IsIdempotent = _ => true);
        notes.Service.OnAsk = (_, context) => NotesService.Hang(context);
        var call = notes.Client.AskAsync(new Note(), cancellationToken: caller.Token);
        await notes.Service.CallAsync();

        if (disposes) call.Dispose();
        else await caller.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.Soon())).StatusCode);
        Assert.Empty(await notes.ErrorsAsync());
        Assert.Equal(1, notes.Service.Calls);
    }

    [Fact]
    public async Task A_channel_that_throws_cancellations_throws_them()
    {
        using var caller = new CancellationTokenSource();
        await using var notes = await GuardedNotes.StartAsync(throwsCancellations: true);
        notes.Service.OnAsk = (_, context) => NotesService.Hang(context);
        var call = notes.AskAsync(caller.Token);
        await notes.Service.CallAsync();

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.Empty(await notes.ErrorsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_calls_own_deadline_is_the_components_timeout_and_ends_the_call(bool throwsCancellations)
    {
        await using var notes = await GuardedNotes.StartAsync(
            GuardedNotes.Retries, options => options.IsIdempotent = _ => true,
            component: throwsCancellations ? "tools/late-cancelled" : "tools/late", throwsCancellations: throwsCancellations);
        notes.Service.OnAsk = (_, context) => NotesService.Hang(context);

        using var call = notes.Client.AskAsync(new Note(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(500));
        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => call.ResponseAsync.Soon());

        if (throwsCancellations) Assert.IsAssignableFrom<OperationCanceledException>(thrown);
        else Assert.Equal(StatusCode.DeadlineExceeded, Assert.IsType<RpcException>(thrown).StatusCode);
        Assert.Equal(["failure"], notes.CallsByOutcome());
        Assert.Equal(ErrorCode.Timeout, Assert.Single(await notes.ErrorsAsync()).Code);
    }

    [Fact]
    public async Task The_guards_own_limit_is_told_as_such()
    {
        var time = new FakeTimeProvider();
        await using var notes = await GuardedNotes.StartAsync(
            options => options.Defaults(c => c with { Call = c.Call with { AttemptTimeout = TimeSpan.FromSeconds(5) } }), time: time);
        notes.Service.OnAsk = (_, context) => NotesService.Hang(context);
        var call = notes.AskAsync();
        await notes.Service.CallAsync();

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("call.attempt-timeout", (await Assert.ThrowsAsync<CallTimeoutException>(() => call.Soon())).Setting);
        Assert.Equal(ErrorCode.Timeout, Assert.Single(await notes.ErrorsAsync()).Code);
    }

    [Fact]
    public async Task A_call_returns_at_once_though_it_has_to_wait_for_a_place()
    {
        var answer = new TaskCompletionSource<string>();
        await using var notes = await GuardedNotes.StartAsync(
            options => options.Defaults(c => c with { Call = c.Call with { MaxConcurrent = 1, MaxQueued = 1 } }));
        notes.Service.OnAsk = (_, _) => answer.Task;
        var first = notes.AskAsync();
        await notes.Service.CallAsync();

        var second = notes.AskAsync();

        Assert.False(second.IsCompleted);
        answer.SetResult("well");
        Assert.Equal(["well", "well"], await Task.WhenAll(first, second).Soon());
    }

    [Fact]
    public async Task Who_calls_synchronously_is_guarded_as_well()
    {
        await using var notes = await GuardedNotes.StartAsync(GuardedNotes.Retries, options => options.IsIdempotent = _ => true);
        notes.Service.OnAsk = (number, _) => number == 1 ? throw NotesService.Failure(StatusCode.Unavailable) : Task.FromResult("second");

        Assert.Equal("second", (await Task.Run(() => notes.Client.Ask(new Note())).Soon()).Text);

        Assert.Single(await notes.ErrorsAsync());
    }

    [Fact]
    public async Task A_channel_takes_an_interceptor_without_any_services()
    {
        await using var server = await NotesServer.StartAsync();
        await using var notes = await GuardedNotes.StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Url);
        var client = new Notes.NotesClient(channel.Intercept(new KairosClientInterceptor(notes.System.Kairos["tools/notes"])));
        server.Service.OnAsk = (_, _) => throw NotesService.Failure(StatusCode.Unavailable);

        await Assert.ThrowsAsync<RpcException>(() => client.AskAsync(new Note()).ResponseAsync.Soon());

        Assert.Equal(ErrorCode.ToolFailure, Assert.Single(await notes.ErrorsAsync()).Code);
    }
}
