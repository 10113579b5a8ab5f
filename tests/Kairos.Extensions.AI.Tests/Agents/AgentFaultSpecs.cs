using Kairos.Extensions.AI.Tests.Providers;
using Kairos.Tests.Faults;

namespace Kairos.Extensions.AI.Tests.Agents;

/// <summary>
/// The table of faults as an agent meets them, with OpenAI's SDK: what it sees, what the metrics say, the circuit, what really reached the
/// server, and how often the tool of the turn ran.
/// </summary>
public sealed class AgentFaultSpecs
{
    public static TheoryData<string> OfAnswers => [.. AgentFault.All.Keys, .. AgentFault.OfAnswers.Keys];

    public static TheoryData<string> OfStreams => [.. AgentFault.All.Keys, .. AgentFault.OfStreams.Keys];

    [Theory]
    [MemberData(nameof(OfAnswers))]
    public Task An_answer_that_fails_once(string name) => Agent(stream: false).FailsOnceAsync(FaultOf(name, AgentFault.OfAnswers), stream: false);

    [Theory]
    [MemberData(nameof(OfStreams))]
    public Task A_stream_that_fails_once(string name) => Agent(stream: true).FailsOnceAsync(FaultOf(name, AgentFault.OfStreams), stream: true);

    [Theory]
    [MemberData(nameof(OfAnswers))]
    public Task An_answer_that_fails_whenever_it_is_asked_for(string name) =>
        Agent(stream: false).FailsForGoodAsync(FaultOf(name, AgentFault.OfAnswers), stream: false);

    [Theory]
    [MemberData(nameof(OfStreams))]
    public Task A_stream_that_fails_whenever_it_is_asked_for(string name) =>
        Agent(stream: true).FailsForGoodAsync(FaultOf(name, AgentFault.OfStreams), stream: true);

    private static AgentUnderFault Agent(bool stream) => new(url => Provider.ClientOf(Provider.OpenAI, url), number => (number, stream) switch
    {
        (1, false) => Answers.Ok(Wire.CallTheTool),
        (1, true) => Wire.Stream(Wire.ToolChunk, Wire.End("tool_calls"), Wire.Done),
        (_, false) => Answers.Ok(Wire.Answer),
        (_, true) => Wire.Stream(Wire.Begin, Wire.Hello, Wire.End("stop"), Wire.Done),
    });

    private static AgentFault FaultOf(string name, IReadOnlyDictionary<string, AgentFault> more) => AgentFault.All.GetValueOrDefault(name) ?? more[name];
}
