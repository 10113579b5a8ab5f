using System.ClientModel.Primitives;
using System.Net.Http.Json;
using Azure.Identity;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using OpenAI;

namespace Kairos.Extensions.AI.Tests.Http
{
    /// <summary>A model that is never asked, because the server that gives out its credentials refuses them.</summary>
    public sealed class CredentialSpecs : IAsyncLifetime
    {
        private readonly MisbehavingServer _model = MisbehavingServer.Start(Answers.Ok(Wire.Answer));
        private readonly MisbehavingServer _tokens = MisbehavingServer.Start(Answers.Ok("""{"access_token":"t"}"""));
        private readonly MisbehavingServer _backup = MisbehavingServer.Start(Answers.Ok(Wire.Answer));
        private AgentSystem _system = null!;

        public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, "llm", "llm/primary", "llm/backup");

        public async Task DisposeAsync()
        {
            await _system.DisposeAsync();
            foreach (var server in new[] { _model, _tokens, _backup }) await server.DisposeAsync();
        }

        [Theory]
        [InlineData(400, false)]
        [InlineData(400, true)]
        [InlineData(401, false)]
        [InlineData(403, true)]
        [InlineData(404, false)]
        public async Task What_its_server_of_tokens_refuses_is_its_authorization_and_never_its_input(int status, bool stream)
        {
            _tokens.Answer = Answers.Status(status, """{"error":"invalid_client"}""");
            using var client = Client().AsBuilder().UseKairos(_system.Kairos).Build();

            var failed = Assert.IsType<ModelFailedException>(await Expect.FailureAsync(() => AskAsync(client, stream)));

            Assert.Equal((ErrorCode.Unauthorized, status, "llm"), (failed.Code, failed.Status, failed.Component));
            var error = Assert.Single(await _system.ErrorsAsync());
            Assert.Equal((ErrorCode.Unauthorized, false, Verdict.Trip), (error.Code, error.Recoverable, error.Verdict));
            Assert.Equal(_tokens.Url.Authority, error.Context["server.address"]);
            Assert.Equal((0, 1, CircuitStatus.Open), (_model.Requests, _tokens.Requests, _system.Snapshot().Circuit));
        }

        [Theory]
        [InlineData(429)]
        [InlineData(500)]
        [InlineData(503)]
        public async Task One_that_is_overloaded_or_failing_is_neither_the_models_limit_nor_its_authorization(int status)
        {
            _tokens.Answer = Answers.Status(status);
            using var client = Client().AsBuilder().UseKairos(_system.Kairos).Build();

            await Expect.FailureAsync(() => AskAsync(client, stream: false));

            var error = Assert.Single(await _system.ErrorsAsync());
            Assert.Equal((ErrorCode.LlmError, true, Verdict.Count), (error.Code, error.Recoverable, error.Verdict));
        }

        [Theory]
        [InlineData(false)]
        [InlineData(true)]
        public async Task Another_model_stands_in(bool stream)
        {
            _tokens.Answer = Answers.Status(400);
            if (stream) _backup.Answer = Wire.Stream(Wire.Hello, Wire.End("stop"), Wire.Done);
            using var client = Client().AsBuilder()
                .UseKairosFailover(_system.Kairos, [new ModelRoute("llm/backup", Provider.ClientOf(Provider.OpenAI, _backup.Url))]).Build();

            Assert.Equal("hello", (await AskAsync(client, stream)).Text);

            Assert.Equal((0, 1), (_model.Requests, _backup.Requests));
        }

        [Theory]
        [InlineData(200)]
        [InlineData(404)]
        [InlineData(500)]
        public async Task What_another_host_answers_after_the_model_changes_nothing(int status)
        {
            _tokens.Answer = Answers.Status(status);
            _model.Answer = Answers.Status(429, "", ("Retry-After", "7"));
            using var client = Client(new FollowingPolicy(_tokens.Url)).AsBuilder().UseKairos(_system.Kairos).Build();

            await Expect.FailureAsync(() => AskAsync(client, stream: false));
            _model.Answer = Answers.Ok("""{"error":{"code":402}}""");
            _system.Kairos["llm"].Reset();
            await _system.SettleAsync();
            await Expect.FailureAsync(() => AskAsync(client, stream: false));

            Assert.Equal((2, 2), (_model.Requests, _tokens.Requests));
            Assert.Equal(
                [(ErrorCode.RateLimit, Verdict.Gate, TimeSpan.FromSeconds(7)), (ErrorCode.RateLimit, Verdict.Trip, null)],
                (await _system.ErrorsAsync()).Select(error => (error.Code, error.Verdict, error.RetryAfter)));
        }

        [Theory]
        [InlineData(404)]
        [InlineData(500)]
        public async Task Nor_does_it_where_the_model_could_not_be_reached(int status)
        {
            _tokens.Answer = Answers.Status(status);
            _model.Answer = Answers.Nothing(Ending.Reset);
            using var client = Client(new FollowingPolicy(_tokens.Url)).AsBuilder().UseKairos(_system.Kairos).Build();

            await Expect.FailureAsync(() => AskAsync(client, stream: false));

            var error = Assert.Single(await _system.ErrorsAsync());
            Assert.Equal((ErrorCode.LlmError, Verdict.Count, 1), (error.Code, error.Verdict, _tokens.Requests));
            Assert.DoesNotContain("server.address", error.Context.Keys);
        }

        [Fact]
        public async Task Credentials_that_are_refused_after_the_model_has_answered_are_still_its_authorization()
        {
            _tokens.Answer = Answers.Status(400);
            _model.Answer = Answers.Status(503);
            using var client = Client(new FollowingPolicy(_tokens.Url, refuses: true)).AsBuilder().UseKairos(_system.Kairos).Build();

            await Expect.FailureAsync(() => AskAsync(client, stream: false));

            Assert.Equal((ErrorCode.Unauthorized, 1), (Assert.Single(await _system.ErrorsAsync()).Code, _model.Requests));
        }

        [Fact]
        public async Task What_the_model_itself_refuses_is_still_its_input()
        {
            _model.Answer = Answers.Status(400, Wire.Error("context_length_exceeded"));
            using var client = Client().AsBuilder().UseKairos(_system.Kairos).Build();

            await Expect.FailureAsync(() => AskAsync(client, stream: false));

            Assert.Equal((ErrorCode.InvalidInput, 1, 1), (Assert.Single(await _system.ErrorsAsync()).Code, _model.Requests, _tokens.Requests));
        }

        [Fact]
        public async Task And_so_it_is_where_a_handler_beneath_the_SDK_sends_the_request_to_another_host()
        {
            _model.Answer = Answers.Status(400, Wire.Error("context_length_exceeded"));
            using var moved = new HttpClient(new Moving(_model.Url));
            var options = new OpenAIClientOptions { Endpoint = new Uri("http://model.internal/v1"), Transport = new HttpClientPipelineTransport(moved) };
            using var client = new OpenAIClient(new System.ClientModel.ApiKeyCredential("k"), options.WithoutRetries()).GetChatClient("m").AsIChatClient()
                .AsBuilder().UseKairos(_system.Kairos).Build();

            await Expect.FailureAsync(() => AskAsync(client, stream: false));

            Assert.Equal(ErrorCode.InvalidInput, Assert.Single(await _system.ErrorsAsync()).Code);
        }

        [Theory]
        [InlineData(400, ErrorCode.Unauthorized)]
        [InlineData(503, ErrorCode.LlmError)]
        [InlineData(null, ErrorCode.Unauthorized)]
        public void A_library_for_credentials_tells_the_same_where_nobody_watches(int? status, ErrorCode code)
        {
            Exception? cause = status is { } answered ? new HttpRequestException("no", null, (System.Net.HttpStatusCode)answered) : null;

            var error = ErrorClassifier.Default.ForAgents().Classify(new AuthenticationFailedException("no", cause), new ClassificationContext("llm"));

            Assert.Equal((code, code == ErrorCode.Unauthorized ? Verdict.Trip : Verdict.Count), (error.Code, error.Verdict));
        }

        private static Task<ChatResponse> AskAsync(IChatClient client, bool stream) =>
            (stream ? client.GetStreamingResponseAsync("hi").ToChatResponseAsync() : client.GetResponseAsync("hi")).Soon();

        private IChatClient Client(PipelinePolicy? policy = null)
        {
            var options = new OpenAIClientOptions { Endpoint = _model.Url };
            options.AddPolicy(policy ?? new TokenPolicy(_tokens.Url), PipelinePosition.PerTry);
            return new OpenAIClient(new System.ClientModel.ApiKeyCredential("k"), options.WithoutRetries()).GetChatClient("m").AsIChatClient();
        }

        /// <summary>Gets a token before each request, as SDKs do that are given a credential.</summary>
        private sealed class TokenPolicy(Uri server) : PipelinePolicy
        {
            public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) => throw new NotSupportedException();

            public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
            {
                using var http = new HttpClient();
                using var answer = await http.PostAsJsonAsync(new Uri(server, "oauth2/token"), new { grant_type = "client_credentials" });
                answer.EnsureSuccessStatusCode();
                await ProcessNextAsync(message, pipeline, currentIndex);
            }
        }

        /// <summary>Asks another host once the model has been asked, as what reports usage does, or gets a new token.</summary>
        private sealed class FollowingPolicy(Uri server, bool refuses = false) : PipelinePolicy
        {
            public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) => throw new NotSupportedException();

            public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
            {
                try
                {
                    await ProcessNextAsync(message, pipeline, currentIndex);
                }
                finally
                {
                    using var http = new HttpClient();
                    using var answer = await http.PostAsJsonAsync(new Uri(server, "usage"), new { });
                    if (refuses) answer.EnsureSuccessStatusCode();
                }
            }
        }

        private sealed class Moving(Uri to) : DelegatingHandler(new SocketsHttpHandler())
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                request.RequestUri = new Uri(to, request.RequestUri!.PathAndQuery);
                return base.SendAsync(request, cancellationToken);
            }
        }
    }
}

namespace Azure.Identity
{
    /// <summary>The exception of a package that is not referenced, known by its name.</summary>
    public sealed class AuthenticationFailedException(string message, Exception? inner) : Exception(message, inner);
}
