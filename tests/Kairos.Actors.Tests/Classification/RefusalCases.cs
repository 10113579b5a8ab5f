using Kairos.Tests.Faults;

namespace Kairos.Tests.Classification;

/// <summary>Answers that refuse the request or who sent it.</summary>
internal static class RefusalCases
{
    private const string Flagged =
        """{"error":{"code":403,"message":"no","metadata":{"reasons":["violence"],"flagged_input":"how to...","provider_name":"OpenAI","model_slug":"m"}}}""";

    public static Dictionary<string, TableCase> All { get; } = new()
    {
        ["401"] = Unauthorized(Answers.Status(401, """{"error":{"code":"invalid_api_key"}}""")),
        ["403"] = Unauthorized(Answers.Status(403)),
        ["403 of a memory"] = Unauthorized(Answers.Status(403)) with { Context = TableCase.On("memory") },
        ["407 of a proxy"] = Unauthorized(Answers.Status(407)),
        ["403 whose body says that the request is wrong, as a proxy may"] =
            Unauthorized(Answers.Status(403, """{"error":{"type":"invalid_request_error"}}""")),
        ["403, the input was flagged"] = Invalid(Answers.Status(403, Flagged)),
        ["200, the input was flagged"] = Invalid(Answers.Ok("data: " + Flagged + "\n\n")) with
        {
            Call = (client, server) => PlainModel.StreamAsync(client, server.Url),
        },
        ["403, a policy on content"] = Invalid(Answers.Status(403, """{"error":{"code":"content_policy_violation"}}""")),
        ["a refused key as an event of a stream"] =
            Unauthorized(Answers.Ok("data: {\"error\":{\"type\":\"authentication_error\"}}\n\n")) with
            {
                Call = (client, server) => PlainModel.StreamAsync(client, server.Url),
            },
        ["401, although our deadline has elapsed as well"] =
            Unauthorized(Answers.Status(401)) with { Context = TableCase.On("llm") with { IsTimeout = true } },
        ["404, no such model"] = NotFound(Answers.Status(404, """{"error":{"code":"model_not_found"}}"""), Verdict.Trip),
        ["410, a model that was retired"] = NotFound(Answers.Status(410), Verdict.Trip),
        ["404 of a component that is one thing"] = NotFound(Answers.Status(404), Verdict.Trip) with { Context = TableCase.On("billing") },
        ["404 of a tool: the thing asked for"] =
            NotFound(Answers.Status(404), Verdict.Ignore) with { Context = TableCase.On("tools/fetch") },
        ["404 of a memory: the thing asked for"] = NotFound(Answers.Status(404), Verdict.Ignore) with { Context = TableCase.On("memory") },
        ["400"] = Invalid(Answers.Status(400)),
        ["400, checked without its headers"] = Invalid(Answers.Status(400)) with
        {
            Call = (client, server) => PlainModel.AskCarelesslyAsync(client, server.Url),
        },
        ["413"] = Invalid(Answers.Status(413, "<html>Request Entity Too Large</html>")),
        ["422"] = Invalid(Answers.Status(422)),
        ["405"] = Invalid(Answers.Status(405)),
        ["content filter"] = Invalid(Answers.Status(400, """{"error":{"code":"content_filter","status":400}}""")),
        ["content filter within a stream"] = Invalid(Answers.Ok("data: {\"error\":{\"code\":\"content_filter\"}}\n\n")) with
        {
            Call = (client, server) => PlainModel.StreamAsync(client, server.Url),
        },
        ["context too long"] = Invalid(Answers.Status(400, """{"error":{"code":"context_length_exceeded"}}""")),
        ["bad tool arguments, refused by the tool's server"] =
            Invalid(Answers.Status(422)) with { Context = TableCase.On("tools/search") },
        ["bad tool arguments, refused by the tool"] = Invalid(Answers.Status(200)) with
        {
            Context = TableCase.On("tools/search"),
            Call = (_, _) => throw new ArgumentException("'days' must not be negative", "days"),
        },
    };

    private static TableCase Unauthorized(Answer answer) => new(Rows.Unauthorized, answer, ErrorCode.Unauthorized, false, Verdict.Trip);

    private static TableCase NotFound(Answer answer, Verdict verdict) => new(Rows.NotFound, answer, ErrorCode.NotFound, false, verdict);

    private static TableCase Invalid(Answer answer) => new(Rows.InvalidInput, answer, ErrorCode.InvalidInput, false, Verdict.Ignore);
}
