using System.Text.Json;
using System.Text.Json.Nodes;
using Kairos.Tests.Calls;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Extensions.AI.Tests.Tools;

/// <summary>Arguments of a model's that do not fit the tool.</summary>
public sealed class ToolArgumentSpecs : IAsyncLifetime
{
    private AgentSystem _system = null!;
    private int _runs;

    public enum Unit
    {
        Celsius,
        Fahrenheit,
    }

    public async Task InitializeAsync() => _system = await AgentSystem.StartAsync(new FakeTimeProvider(), AgentSystem.Retries, "tools", "tools/t");

    public async Task DisposeAsync() => await _system.DisposeAsync();

    public static TheoryData<string, string, bool> Wrong
    {
        get
        {
            var wrong = new TheoryData<string, string, bool>();
            foreach (var idempotent in new[] { false, true })
            {
                wrong.Add("int", """{"n":"five"}""", idempotent);
                wrong.Add("int", """{"n":null}""", idempotent);
                wrong.Add("int", """{"n":5.5}""", idempotent);
                wrong.Add("int", """{"n":99999999999999}""", idempotent);
                wrong.Add("int", """{"n":{}}""", idempotent);
                wrong.Add("int", "{}", idempotent);
                wrong.Add("array", """{"items":"one"}""", idempotent);
                wrong.Add("enum", """{"unit":"warm"}""", idempotent);
                wrong.Add("date", """{"day":"tomorrow"}""", idempotent);
                wrong.Add("guid", """{"id":"7"}""", idempotent);
                wrong.Add("text", """{"expression":null}""", idempotent);
                wrong.Add("text", """{"expression":7}""", idempotent);
                wrong.Add("text", "{}", idempotent);
                wrong.Add("two", """{"a":1,"b":"x"}""", idempotent);
            }

            return wrong;
        }
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Are_the_models_input_and_the_tool_has_not_run(string kind, string arguments, bool idempotent)
    {
        var tool = ToolOf(kind).WithKairos(_system.Kairos, new ToolGuardOptions { IsIdempotent = _ => idempotent });

        for (var i = 0; i < 3; i++)
        {
            var told = await tool.InvokeAsync(Read(arguments)).AsTask().Soon();
            Assert.StartsWith("The tool 't' was not run: the argument '", told?.ToString(), StringComparison.Ordinal);
        }

        var errors = await _system.ErrorsAsync("tools/t");
        Assert.Equal(3, errors.Count);
        Assert.All(errors, error => Assert.Equal((ErrorCode.InvalidInput, false, Verdict.Ignore), (error.Code, error.Recoverable, error.Verdict)));
        Assert.Equal((0, CircuitStatus.Closed), (_runs, _system.Snapshot("tools/t").Circuit));
    }

    [Theory]
    [InlineData("int", """{"n":5}""")]
    [InlineData("int", """{"n":"5"}""")]
    [InlineData("maybe", "{}")]
    [InlineData("maybe", """{"text":null}""")]
    [InlineData("nullable", """{"text":null,"n":null}""")]
    [InlineData("enum", """{"unit":"Celsius"}""")]
    public async Task What_fits_runs(string kind, string arguments)
    {
        var tool = ToolOf(kind).WithKairos(_system.Kairos);

        await Record.ExceptionAsync(() => tool.InvokeAsync(Read(arguments)).AsTask().Soon());

        Assert.Equal(1, _runs);
        Assert.Empty(await _system.ErrorsAsync("tools/t"));
    }

    [Fact]
    public async Task A_tool_that_reads_bad_JSON_itself_is_to_blame()
    {
        var tool = AIFunctionFactory.Create((int n) => JsonDocument.Parse("<html>").RootElement.GetArrayLength() + n, "t").WithKairos(_system.Kairos);

        await Assert.ThrowsAnyAsync<JsonException>(() => tool.InvokeAsync(Read("""{"n":1}""")).AsTask().Soon());

        Assert.Equal((ErrorCode.ToolFailure, Verdict.Count), (Assert.Single(await _system.ErrorsAsync("tools/t")).Code, Verdict.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Are_not_blamed_for_a_tool_that_has_run(bool waits)
    {
        var options = new AIFunctionFactoryOptions { Name = "t", ConfigureParameterBinding = _ => new() { BindParameter = (_, arguments) => arguments["n"]?.ToString()?.Length } };
        var tool = (waits ? AIFunctionFactory.Create(async (int n) => await BreakLaterAsync(n), options) : AIFunctionFactory.Create((int n) => Break(n), options)).WithKairos(_system.Kairos);

        await Assert.ThrowsAsync<JsonException>(() => tool.InvokeAsync(Read("""{"n":"five"}""")).AsTask().Soon());

        Assert.Equal((4, ErrorCode.ToolFailure), (_runs, Assert.Single(await _system.ErrorsAsync("tools/t")).Code));
    }

    public static TheoryData<string> Results => ["object", "list", "node", "contents", "endless", "reasoning"];

    [Theory]
    [MemberData(nameof(Results))]
    public async Task A_result_of_any_type_is_measured(string kind)
    {
        var text = new string('x', 2000);
        object result = kind switch
        {
            "object" => new { text },
            "list" => new List<string> { text },
            "node" => new JsonObject { ["text"] = text },
            "contents" => new List<AIContent> { new TextReasoningContent(text) },
            "endless" => Endless(text),
            _ => new TextReasoningContent(text),
        };
        var tool = new Giving(result).WithKairos(_system.Kairos, new ToolGuardOptions { MaxResultBytes = 1000 });
        var small = new Giving(new { text = "x" }).WithKairos(_system.Kairos, new ToolGuardOptions { MaxResultBytes = 1000 });

        Assert.Contains("longer than 1000 bytes", (await tool.InvokeAsync().AsTask().Soon())?.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("longer", (await small.InvokeAsync().AsTask().Soon())?.ToString(), StringComparison.Ordinal);

        static IEnumerable<string> Endless(string text)
        {
            while (true) yield return text;
        }
    }

    [Fact]
    public async Task What_is_no_JSON_is_not_measured()
    {
        var result = new Action(() => { });
        var tool = new Giving(result).WithKairos(_system.Kairos, new ToolGuardOptions { MaxResultBytes = 1 });

        Assert.Same(result, await tool.InvokeAsync().AsTask().Soon());
    }

    [Fact]
    public async Task A_result_without_an_end_is_a_failure_and_the_model_is_told()
    {
        var tool = AIFunctionFactory.Create(() => new string('x', 2000), "t").WithKairos(_system.Kairos, new ToolGuardOptions { MaxResultBytes = 1000 });

        var told = await tool.InvokeAsync().AsTask().Soon();

        Assert.Contains("longer than 1000 bytes", told?.ToString(), StringComparison.Ordinal);
        Assert.Equal((ErrorCode.ToolFailure, false), (Assert.Single(await _system.ErrorsAsync("tools/t")).Code, false));
    }

    [Fact]
    public void A_list_of_tools_without_an_end_is_refused_before_it_has_ended()
    {
        var listed = 0;

        var thrown = Assert.Throws<ArgumentException>(() => Endless().WithKairos(_system.Kairos, new ToolGuardOptions { Server = "files", MaxTools = 10 }));

        Assert.Contains("more than 10 tools, the limit that MaxTools sets, of the server 'files'", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(11, listed);

        IEnumerable<AITool> Endless()
        {
            while (true) yield return AIFunctionFactory.Create(() => 1, $"tool{++listed}");
        }
    }

    private AIFunction ToolOf(string kind) => kind switch
    {
        "int" => AIFunctionFactory.Create((int n) => Run(n), "t"),
        "array" => AIFunctionFactory.Create((int[] items) => Run(items), "t"),
        "enum" => AIFunctionFactory.Create((Unit unit) => Run(unit), "t"),
        "date" => AIFunctionFactory.Create((DateTime day) => Run(day), "t"),
        "guid" => AIFunctionFactory.Create((Guid id) => Run(id), "t"),
        "text" => AIFunctionFactory.Create((string expression) => Run(expression.Trim()), "t"),
        "maybe" => AIFunctionFactory.Create((string text = "x") => Run(text), "t"),
        "nullable" => AIFunctionFactory.Create((string? text, int? n) => Run(text), "t"),
        _ => AIFunctionFactory.Create((int a, int b) => Run(a + b), "t"),
    };

    private string Run(object? _)
    {
        _runs++;
        return "ran";
    }

    private string Break(int n)
    {
        _runs += n;
        throw new JsonException("broken");
    }

    private async Task<string> BreakLaterAsync(int n)
    {
        await Task.Yield();
        return Break(n);
    }

    /// <summary>A tool that gives what it has as it is.</summary>
    private sealed class Giving(object result) : AIFunction
    {
        public override string Name => "t";

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => new(result);
    }

    private static AIFunctionArguments Read(string json) =>
        new(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!.ToDictionary(member => member.Key, member => (object?)member.Value));
}
