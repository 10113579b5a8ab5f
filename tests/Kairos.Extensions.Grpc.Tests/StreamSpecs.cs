using Grpc.Core;
using Kairos.Tests.Calls;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.Grpc.Tests;

/// <summary>Calls in which one side streams, or both do.</summary>
public sealed class StreamSpecs
{
    [Fact]
    public async Task A_stream_is_scored_at_its_end()
    {
        await using var notes = await GuardedNotes.StartAsync();
        notes.Service.OnListen = async (_, stream, context) =>
        {
            await stream.WriteAsync(new Note { Text = "one" });
            await stream.WriteAsync(new Note { Text = "two" });
            context.ResponseTrailers.Add("x-trail", "t");
        };

        using var call = notes.Client.Listen(new Note());

        Assert.Equal(["one", "two"], await GuardedNotes.ReadAsync(call.ResponseStream));
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Equal("t", call.GetTrailers().GetValue("x-trail"));
        Assert.Empty(await notes.ErrorsAsync());
    }

    [Fact]
    public async Task A_status_in_mid_stream_is_a_failure_that_nothing_repeats()
    {
        await using var notes = await GuardedNotes.StartAsync(GuardedNotes.Retries, options => options.IsIdempotent = _ => true);
        notes.Service.OnListen = async (_, stream, _) =>
        {
            await stream.WriteAsync(new Note { Text = "one" });
            throw NotesService.Failure(StatusCode.Unavailable, ("x-trail", "t"));
        };

        using var call = notes.Client.Listen(new Note());
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None).Soon());

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal(StatusCode.Unavailable, call.GetStatus().StatusCode);
        Assert.Equal("t", call.GetTrailers().GetValue("x-trail"));
        Assert.Equal(ErrorCode.ToolFailure, Assert.Single(await notes.ErrorsAsync()).Code);
        Assert.Equal(1, notes.Service.Calls);
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None).Soon()); // it stays what it is
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task Before_its_first_message_a_stream_is_begun_again_where_that_may_be(bool mayBe, int calls)
    {
        await using var notes = await GuardedNotes.StartAsync(GuardedNotes.Retries, options => options.IsIdempotent = _ => mayBe);
        notes.Service.OnListen = (number, stream, _) =>
            number == 1 ? throw NotesService.Failure(StatusCode.Unavailable) : stream.WriteAsync(new Note { Text = "second" });

        using var call = notes.Client.Listen(new Note());
        var reading = GuardedNotes.ReadAsync(call.ResponseStream);

        if (mayBe) Assert.Equal(["second"], await reading);
        else await Assert.ThrowsAsync<RpcException>(() => reading);
        Assert.Equal(calls, notes.Service.Calls);
        Assert.Single(await notes.ErrorsAsync());
    }

    [Fact]
    public async Task Headers_are_there_before_the_first_message()
    {
        var isSubscribed = new TaskCompletionSource();
        await using var notes = await GuardedNotes.StartAsync();
        notes.Service.OnListen = async (_, stream, context) =>
        {
            await context.WriteResponseHeadersAsync([new Metadata.Entry("x-head", "h")]);
            await isSubscribed.Task;
            await stream.WriteAsync(new Note { Text = "news" });
        };

        using var call = notes.Client.Listen(new Note());

        Assert.Equal("h", (await call.ResponseHeadersAsync.Soon()).GetValue("x-head"));
        isSubscribed.SetResult();
        Assert.Equal(["news"], await GuardedNotes.ReadAsync(call.ResponseStream));
    }

    [Theory]
    [InlineData("token")]
    [InlineData("token of the move")]
    [InlineData("dispose")]
    public async Task Who_leaves_a_stream_early_blames_nobody_and_the_server_hears_of_it(string how)
    {
        using var caller = new CancellationTokenSource();
        await using var notes = await GuardedNotes.StartAsync();
        notes.Service.OnListen = async (_, stream, context) =>
        {
            await stream.WriteAsync(new Note { Text = "one" });
            await NotesService.Hang(context);
        };
        var call = notes.Client.Listen(new Note(), cancellationToken: how == "token" ? caller.Token : default);
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());
        Assert.Equal("one", call.ResponseStream.Current.Text);

        if (how == "dispose")
        {
            call.Dispose();
        }
        else
        {
            var move = call.ResponseStream.MoveNext(how == "token" ? CancellationToken.None : caller.Token);
            await caller.CancelAsync();
            Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => move.Soon())).StatusCode);
        }

        await notes.Service.EndAsync();
        Assert.Empty(await notes.ErrorsAsync());
        Assert.Equal(CircuitStatus.Closed, notes.Snapshot.Circuit);
    }

    [Fact]
    public async Task A_stream_that_is_left_gives_its_place_back()
    {
        await using var notes = await GuardedNotes.StartAsync(options => options.Defaults(c => c with { Call = c.Call with { MaxConcurrent = 1, MaxQueued = 1 } }));
        notes.Service.OnListen = async (_, stream, context) =>
        {
            await stream.WriteAsync(new Note { Text = "one" });
            await NotesService.Hang(context);
        };
        var first = notes.Client.Listen(new Note());
        Assert.True(await first.ResponseStream.MoveNext(CancellationToken.None).Soon());

        first.Dispose();

        using var second = notes.Client.Listen(new Note());
        Assert.True(await second.ResponseStream.MoveNext(CancellationToken.None).Soon());
    }

    [Fact]
    public async Task A_stream_whose_messages_stop_is_timed_out()
    {
        var time = new FakeTimeProvider();
        await using var notes = await GuardedNotes.StartAsync(
            options => options.Defaults(c => c with { Call = c.Call with { StreamMaxGap = TimeSpan.FromSeconds(5) } }), time: time);
        notes.Service.OnListen = async (_, stream, context) =>
        {
            await stream.WriteAsync(new Note { Text = "one" });
            await NotesService.Hang(context);
        };
        using var call = notes.Client.Listen(new Note());
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).Soon());
        time.Advance(TimeSpan.FromHours(1)); // the reader's time is not the server's

        var move = call.ResponseStream.MoveNext(CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("call.stream.max-gap", (await Assert.ThrowsAsync<CallTimeoutException>(() => move.Soon())).Setting);
        Assert.Equal(ErrorCode.Timeout, Assert.Single(await notes.ErrorsAsync()).Code);
    }

    [Fact]
    public async Task A_stream_that_is_not_begun_says_so()
    {
        await using var notes = await GuardedNotes.StartAsync();
        notes.System.Kairos["tools/notes"].Isolate();
        await notes.System.SettleAsync();

        using var listening = notes.Client.Listen(new Note());
        await Assert.ThrowsAsync<CircuitOpenException>(() => listening.ResponseStream.MoveNext(CancellationToken.None).Soon());
        await Assert.ThrowsAsync<CircuitOpenException>(() => listening.ResponseHeadersAsync.Soon());
        Assert.Equal(StatusCode.Unavailable, listening.GetStatus().StatusCode);

        using var telling = notes.Client.Tell();
        await Assert.ThrowsAsync<CircuitOpenException>(() => telling.RequestStream.WriteAsync(new Note()).Soon());
        await Assert.ThrowsAsync<CircuitOpenException>(() => telling.ResponseAsync.Soon());

        using var talking = notes.Client.Talk();
        await Assert.ThrowsAsync<CircuitOpenException>(() => talking.RequestStream.CompleteAsync().Soon());
        await Assert.ThrowsAsync<CircuitOpenException>(() => talking.ResponseStream.MoveNext(CancellationToken.None).Soon());
        Assert.Equal(0, notes.Service.Calls);
    }

    [Fact]
    public async Task A_client_that_streams_gets_its_answer()
    {
        await using var notes = await GuardedNotes.StartAsync();
        notes.Service.OnTell = async (requests, _) => string.Join(' ', await GuardedNotes.ReadAsync(requests));

        using var call = notes.Client.Tell();
        await call.RequestStream.WriteAsync(new Note { Text = "one" }).Soon();
        await call.RequestStream.WriteAsync(new Note { Text = "two" }).Soon();
        await call.RequestStream.CompleteAsync().Soon();

        Assert.Equal("one two", (await call.ResponseAsync.Soon()).Text);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(await notes.ErrorsAsync());
    }

    [Fact]
    public async Task What_a_client_has_streamed_is_never_sent_again()
    {
        await using var notes = await GuardedNotes.StartAsync(GuardedNotes.Retries, options => options.IsIdempotent = _ => true);
        notes.Service.OnTell = (_, _) => throw NotesService.Failure(StatusCode.Unavailable);

        using var call = notes.Client.Tell();

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.Soon())).StatusCode);
        Assert.Equal(1, notes.Service.Calls);
        Assert.Single(await notes.ErrorsAsync());
    }

    [Fact]
    public async Task A_clients_own_time_does_not_count()
    {
        var time = new FakeTimeProvider();
        await using var notes = await GuardedNotes.StartAsync(
            options => options.Defaults(c => c with { Call = c.Call with { AttemptTimeout = TimeSpan.FromSeconds(5), StreamMaxGap = TimeSpan.FromSeconds(5) } }), time: time);
        notes.Service.OnTell = async (requests, _) => string.Join(' ', await GuardedNotes.ReadAsync(requests));
        notes.Service.OnTalk = async (requests, stream, _) =>
        {
            await foreach (var note in requests.ReadAllAsync()) await stream.WriteAsync(new Note { Text = $"{note.Text}!" });
        };

        using var telling = notes.Client.Tell();
        using var talking = notes.Client.Talk();
        var reading = GuardedNotes.ReadAsync(talking.ResponseStream);
        time.Advance(TimeSpan.FromHours(1));
        await telling.RequestStream.WriteAsync(new Note { Text = "one" }).Soon();
        await telling.RequestStream.CompleteAsync().Soon();
        await talking.RequestStream.WriteAsync(new Note { Text = "one" }).Soon();
        time.Advance(TimeSpan.FromHours(1));
        await talking.RequestStream.WriteAsync(new Note { Text = "two" }).Soon();
        await talking.RequestStream.CompleteAsync().Soon();

        Assert.Equal("one", (await telling.ResponseAsync.Soon()).Text);
        Assert.Equal(["one!", "two!"], await reading);
        Assert.Empty(await notes.ErrorsAsync());
    }

    [Fact]
    public async Task A_talk_that_fails_is_a_failure_and_one_that_is_left_is_none()
    {
        await using var notes = await GuardedNotes.StartAsync();
        notes.Service.OnTalk = (_, _, _) => throw NotesService.Failure(StatusCode.Internal);
        using (var failing = notes.Client.Talk())
            Assert.Equal(StatusCode.Internal, (await Assert.ThrowsAsync<RpcException>(() => failing.ResponseStream.MoveNext(CancellationToken.None).Soon())).StatusCode);
        notes.Service.OnTalk = (_, _, context) => NotesService.Hang(context);
        var left = notes.Client.Talk();
        await left.RequestStream.WriteAsync(new Note()).Soon();

        left.Dispose();

        await notes.Service.EndAsync();
        Assert.Single(await notes.ErrorsAsync());
    }
}
