using System.ClientModel;
using Kairos.Extensions.AI.Tests.Memory;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Extensions.AI.Tests.Tools;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Extensions.VectorData;
using ModelContextProtocol.Client;
using ModelContextProtocol.Server;
using OpenAI;

namespace Kairos.Extensions.AI.Tests.Docs;

/// <summary>The snippets of docs/agents.md, compiled and run.</summary>
public sealed class AgentsSnippetSpecs : IAsyncLifetime
{
    private readonly MisbehavingServer _server = MisbehavingServer.Start(Answers.Ok(Wire.Answer));
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(new FakeTimeProvider(), null, "llm", "llm/primary", "memory");

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Models()
    {
        using var sdk = Model(_server.Url);
        using var services = new ServiceCollection().AddSingleton(_system.Kairos).BuildServiceProvider();
        using var chat = Show(sdk, services);

        Assert.Equal("hello", (await chat.GetResponseAsync("hi").Soon()).Text);
        Assert.Equal("llm", chat.GetRequiredService<ComponentGuard>().Component);

        static IChatClient Show(IChatClient model, IServiceProvider services)
        {
            // snippet: models
            var chat = model.AsBuilder()
                .UseFunctionInvocation()
                .UseOpenTelemetry()
                .UseKairos() // innermost: between the tools and the model
                .Build(services);
            // end
            return chat;
        }
    }

    [Fact]
    public async Task Failed_answers()
    {
        _server.Answer = Wire.Stream(Wire.Hello, Wire.Done);
        using var chat = Model(_server.Url).AsBuilder().UseKairos(_system.Kairos).Build();
        using var console = new StringWriter();

        await ShowAsync(chat, "hi", console);
        _system.Kairos["llm"].Isolate();
        await _system.SettleAsync();
        await ShowAsync(chat, "hi", console);

        Assert.Equal($"hello{Environment.NewLine}half an answer: {Environment.NewLine}llm is not called, try again in {Environment.NewLine}", console.ToString());

        static async Task ShowAsync(IChatClient chat, string prompt, TextWriter console)
        {
            // snippet: answers
            try
            {
                await foreach (var update in chat.GetStreamingResponseAsync(prompt)) await console.WriteAsync(update.Text);
            }
            catch (CallRejectedException rejected)
            {
                await console.WriteLineAsync($"{rejected.Component} is not called, try again in {rejected.RetryAfter}");
            }
            catch (ModelFailedException failed)
            {
                await console.WriteLineAsync($"\nhalf an answer: {failed.ErrorCode}".ReplaceLineEndings());
            }
            // end
        }
    }

    [Fact]
    public async Task Sdk_retries()
    {
        _server.Answer = Answers.Status(500);
        using var chat = Show(_server.Url, "k").GetChatClient("m").AsIChatClient();

        await Expect.FailureAsync(() => chat.GetResponseAsync("hi"));

        Assert.Equal(1, _server.Requests);

        static OpenAIClient Show(Uri endpoint, string key)
        {
            // snippet: retries
            var openAI = new OpenAIClient(new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = endpoint }.WithoutRetries());
            // end
            return openAI;
        }
    }

    [Fact]
    public async Task Failing_over()
    {
        await using var backup = MisbehavingServer.Start(Answers.Ok(Wire.Answer));
        _server.Answer = Answers.Status(500);
        using var primary = Model(_server.Url);
        using var standIn = Model(backup.Url);

        Assert.Equal("llm/backup", await ShowAsync(primary, standIn, _system.Kairos));

        static async Task<object?> ShowAsync(IChatClient primary, IChatClient backup, IKairos kairos)
        {
            // snippet: failover
            var chat = primary.AsBuilder()
                .UseFunctionInvocation()
                .UseKairosFailover(kairos, [new ModelRoute("llm/backup", backup)])
                .Build();

            var response = await chat.GetResponseAsync("Are you there?");
            var answeredBy = response.AdditionalProperties?[KairosFailoverChatClient.AnsweredBy]; // llm/primary, or llm/backup
            // end
            return answeredBy;
        }
    }

    [Fact]
    public async Task Guarded_tools()
    {
        await using var mcp = await McpServerInProcess.StartAsync(McpServerTool.Create(() => "done", new McpServerToolCreateOptions { Name = "read" }));
        using var chat = Model(_server.Url);

        var options = await ShowAsync(chat, _system.Kairos, mcp.Client);

        Assert.Equal(["find_flights", "book", "read"], options.Tools!.Select(tool => tool.Name));
        Assert.Equal(
            ["tools/find_flights", "tools/book", "tools/files/read"], options.Tools!.Select(tool => tool.GetService<KairosFunction>()!.Component));

        static async Task<ChatOptions> ShowAsync(IChatClient chat, IKairos kairos, McpClient files)
        {
            // snippet: tools
            AITool[] own = [AIFunctionFactory.Create(FindFlights, "find_flights"), AIFunctionFactory.Create(Book, "book")];
            var remote = await files.ListToolsAsync();

            var options = new ChatOptions
            {
                Tools = [.. own.WithKairos(kairos), .. remote.WithKairos(kairos, new ToolGuardOptions { Server = "files" })],
            };
            var answer = await chat.GetResponseAsync("Which flight leaves first?", options);

            [Idempotent] // may be called twice: Book may not
            static string FindFlights(string destination) => $"flights to {destination}";
            static string Book(string flight) => $"booked {flight}";
            // end
            Assert.Equal("hello", answer.Text);
            return options;
        }
    }

    [Fact]
    public async Task Guarded_memory()
    {
        using var collection = new SqliteNotes("/nowhere/notes.db");

        Assert.Equal("(Your memory is unavailable: say so where it matters.)", await ShowAsync(collection, _system.Kairos));

        static async Task<string> ShowAsync(VectorStoreCollection<string, Note> collection, IKairos kairos)
        {
            var prompt = "";
            // snippet: memory
            var notes = collection.WithKairos(kairos);

            using var watch = MemoryDegradationScope.Begin();
            await foreach (var found in notes.SearchAsync("holidays", top: 5)) prompt += found.Record.Text;
            if (watch.IsDegraded) prompt += "(Your memory is unavailable: say so where it matters.)";
            // end
            return prompt;
        }
    }

    [Fact]
    public void A_guarded_store()
    {
        using var inner = new SqliteStore("/nowhere/notes.db");

        Assert.IsType<KairosVectorStoreCollection<string, Note>>(Show(inner, _system.Kairos), exactMatch: false);

        static VectorStoreCollection<string, Note> Show(VectorStore store, IKairos kairos)
        {
            // snippet: store
            var memories = store.WithKairos(kairos); // one component, whatever the number of collections
            var notes = memories.GetCollection<string, Note>("notes");
            // end
            return notes;
        }
    }

    [Fact]
    public async Task Settings_for_an_agent()
    {
        await using var system = await AgentSystem.StartAsync(new FakeTimeProvider(), Show, "llm/backup", "memory", "tools/search");

        Assert.Equal(TimeSpan.FromSeconds(100), system.Snapshot("llm/backup").Settings.Call.AttemptTimeout);
        Assert.Equal(TimeSpan.FromSeconds(10), system.Snapshot("memory").Settings.Breaker.OpenDuration);
        Assert.Equal(3, system.Snapshot("tools/search").Settings.Breaker.ConsecutiveFailures);
        var refused = ErrorClassifier.Default.ForAgents().Classify(new ClientResultException("no", null), new ClassificationContext("llm"));
        Assert.True(refused.Recoverable);

        static void Show(KairosOptions options)
        {
            // snippet: settings
            options.Classifier = ErrorClassifier.Default.ForAgents();
            options.Component("llm", c => c with
            {
                Call = c.Call with { AttemptTimeout = TimeSpan.FromSeconds(100), StreamMaxGap = TimeSpan.FromSeconds(60), Deadline = TimeSpan.FromMinutes(3) },
            });
            options.Component("memory", c => c with
            {
                Breaker = c.Breaker with { OpenDuration = TimeSpan.FromSeconds(10) },
                Call = c.Call with { AttemptTimeout = TimeSpan.FromSeconds(2) },
            });
            options.Component("tools", c => c with
            {
                Breaker = c.Breaker with { ConsecutiveFailures = 3, OpenDuration = TimeSpan.FromSeconds(60) },
                Call = c.Call with { AttemptTimeout = TimeSpan.FromSeconds(30) },
            });
            // end
        }
    }

    private static IChatClient Model(Uri url) => Provider.ClientOf(Provider.OpenAI, url);
}
