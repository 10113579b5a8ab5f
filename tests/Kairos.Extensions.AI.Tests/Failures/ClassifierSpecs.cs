using Kairos.Extensions.AI.Tests.Memory;
using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Calls;
using Kairos.Tests.Faults;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Extensions.VectorData;

namespace Kairos.Extensions.AI.Tests.Failures;

/// <summary>Whose rules say what an exception means.</summary>
public sealed class ClassifierSpecs : IAsyncLifetime
{
    private static readonly ErrorClassifier Own = ErrorClassifier.Default.WithRule((exception, in _) => new KairosError(ErrorCode.Timeout, "by the guard's own"));
    private readonly MisbehavingServer _server = MisbehavingServer.Start(Answers.Status(500));
    private AgentSystem _system = null!;

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(
        new FakeTimeProvider(),
        options => options.Classifier = ErrorClassifier.Default.WithRule((exception, in _) => new KairosError(ErrorCode.Timeout, "by Kairos")),
        "llm", "llm/backup", "llm/embeddings", "tools/search", "memory");

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(null, "by Kairos")]
    [InlineData(true, "by the guard's own")]
    public async Task A_guards_own_classifier_is_asked_and_that_of_Kairos_where_it_has_none(bool? hasOwn, string expected)
    {
        var classifier = hasOwn is null ? null : Own;
        var model = new ModelGuardOptions { Classifier = classifier };
        using var chat = Client().AsBuilder().UseKairos(_system.Kairos, options: model).Build();
        using var failover = new KairosFailoverChatClient(_system.Kairos, [new ModelRoute("llm/backup", Client())], new FailoverOptions { Model = model });
        using var embeddings = Provider.OpenAIClient(_server.Url).GetEmbeddingClient("m").AsIEmbeddingGenerator()
            .AsBuilder().UseKairos(_system.Kairos, options: model).Build();
        var tool = AIFunctionFactory.Create(Break, "search").WithKairos(_system.Kairos, new ToolGuardOptions { Classifier = classifier });
        using var notes = new SqliteNotes("/nowhere/notes.db");
        var memory = notes.WithKairos<string, Note>(_system.Kairos, options: new MemoryGuardOptions { Classifier = classifier });

        await Expect.FailureAsync(() => chat.GetResponseAsync("hi"));
        await Expect.FailureAsync(() => failover.GetResponseAsync("hi"));
        await Expect.FailureAsync(() => embeddings.GenerateAsync(["hi"]));
        await Expect.FailureAsync(() => tool.InvokeAsync().AsTask());
        Assert.Null(await memory.GetAsync("a").Soon());

        foreach (var component in new[] { "llm", "llm/backup", "llm/embeddings", "tools/search", "memory" })
            Assert.Equal((component, expected), (component, Assert.Single(await _system.ErrorsAsync(component)).Message));
    }

    private static string Break() => throw new IOException("broken");

    private IChatClient Client() => Provider.ClientOf(Provider.OpenAI, _server.Url);
}
