using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Faults;
using Kairos.TestUtilities;
using Kairos.TestUtilities.Processes;
using KairosAgent.Running;
using KairosAgent.Tests.Chat;
using KairosAgent.Tests.Mcp;
using ModelContextProtocol.Protocol;

namespace KairosAgent.Tests.Running;

/// <summary>Words of others command no terminal, break no line and turn no text around, wherever they are printed.</summary>
[Trait(Parts.Trait, Parts.Real)]
public sealed class ControlCharacterTests : IDisposable
{
    // Clears the screen, rings, hides what stands in the line, begins another, and turns around what follows.
    private const string Evil = "\u001b[2J\u0007\r\n\u009b31m\u202e", Plain = "[2J 31m";

    private readonly ChatFolder _folder = new();

    [Fact]
    public async Task Of_a_model_and_its_name()
    {
        await using var server = MisbehavingServer.Start(Answers.Status(500, Wire.Error("server_error").Replace("no\"", "no \\u001b[2J\\u0007\\r\\n\\u202e\"", StringComparison.Ordinal)));
        (string, string)[] variables = [("KAIROS_LLM_BASE_URL", $"{server.Url}v1"), ("KAIROS_LLM_MODEL", $"small{Evil}"), ($"KAIROS_X{Evil}", "x")];

        var chat = await _folder.ChatAsync(variables, "hello");
        var config = await RunningProgram.RunAsync(_folder.Start(variables, "config"));

        AssertPlain(chat);
        AssertPlain(config);
        Assert.Contains($"model small{Plain} at {server.Url}v1\n", chat.Errors, StringComparison.Ordinal);
        Assert.Contains($"variable KAIROS_X{Plain} is not read", chat.Errors, StringComparison.Ordinal);
        Assert.Contains(config.OutputLines, line => line.StartsWith($"kairos.llm.model = small{Plain} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_server_of_tools()
    {
        await using var server = await McpHttpServer.StartAsync();
        server.InsteadOf["tools/list"] = (context, request) => McpHttpServer.ListAsync(context, request, new ListToolsResult { Tools = [new Tool { Name = $"tool{Evil}" }] });
        server.InsteadOf["tools/call"] = (context, request) => McpHttpServer.AnswerAsync(
            context, new JsonRpcError { Id = request.Id, Error = new JsonRpcErrorDetail { Code = -32603, Message = $"no {Evil} more" } });
        _folder.Write("kairos.conf", $$"""kairos { defaults.breaker.consecutive-failures = 1, agent.mcp.web { url = "{{server.Web.Address}}/mcp" } }""");

        var result = await _folder.ChatAsync("use tool__2J____31m_", "use tool__2J____31m_");

        AssertPlain(result);
        Assert.Contains("The tool 'tool__2J____31m_' failed.\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("tools/web/tool", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--prompts", $"nowhere{Evil}")]
    [InlineData("--config", $"nowhere{Evil}")]
    [InlineData($"--{Evil}", "x")]
    public async Task Of_arguments(params string[] arguments)
    {
        var result = await RunningProgram.RunAsync(_folder.Start([], arguments));

        Assert.Equal(2, result.ExitCode);
        AssertPlain(result);
        Assert.Contains("[2J", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task But_the_bar_goes_back_to_the_beginning_of_its_line()
    {
        await using var written = new StringWriter();
        await using var log = new LenientWriter(written);

        new KairosAgent.Chat.PromptBar(2, isAlone: true, log).Show(new KairosAgent.Chat.ChatProgress { Answered = 1 });
        log.Write($"a{Evil}b".ToCharArray());

        Assert.Equal("\r[##########----------] 1 of 2 prompts, 0 faileda[2J\n31mb", written.ToString());
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertPlain(ProgramResult result) =>
        Assert.DoesNotContain(result.Output + result.Errors, letter => (char.IsControl(letter) && letter != '\n') || letter == '\u202e');
}
