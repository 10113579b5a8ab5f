// An ASP.NET Core application: an endpoint that asks a guarded model, and health endpoints for who operates it.
//
//   dotnet run --project samples/WebAgent -- --urls http://localhost:5000
//   curl localhost:5000/ask/anything          the model's answer; 503 with Retry-After while its circuit is open
//   curl -X POST localhost:5000/outage/true   provokes an outage of the model: ask three times; /outage/false ends it
//   curl -X POST localhost:5000/reset         closes the circuit, for who knows that the model is back; else a call tries after 30 s
//   curl localhost:5000/health/ready          follows the components
//   curl localhost:5000/health/live           does not

using System.Globalization;
using Akka.Hosting;
using Kairos;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddKairos(options => options
    .Component("llm", c => c with
    {
        Breaker = c.Breaker with { ConsecutiveFailures = 3 },
        Call = c.Call with { Retry = c.Call.Retry with { MaxAttempts = 1 } },
    })
    .Component("memory"));
builder.Services.AddAkka("agent", akka => akka.WithKairos());
builder.Services.AddSingleton<ModelStub>();
// snippet: health
builder.Services.AddHealthChecks().AddKairos(); // or of some components only: AddKairos("llm", "memory")
using var app = builder.Build();
app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(KairosHealthCheckExtensions.ReadyTag) });
app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = check => check.Tags.Contains(KairosHealthCheckExtensions.LiveTag) });
// end

app.MapGet("/ask/{question}", async (string question, IKairos kairos, ModelStub model, HttpResponse response, CancellationToken cancellationToken) =>
{
    var outcome = await kairos["llm"].TryExecuteAsync(model.AnswerAsync, question, cancellationToken);
    if (outcome.IsSuccess) return Results.Text(outcome.Value);
    if (outcome.Status != CallStatus.Rejected) return Results.Text("The model failed.", statusCode: StatusCodes.Status502BadGateway);

    // Nobody waited for a model that does not answer, and the client learns when to come back.
    if (outcome.RetryAfter is { } wait) response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    return Results.Text("The model is not called at present.", statusCode: StatusCodes.Status503ServiceUnavailable);
});
app.MapPost("/outage/{down:bool}", (bool down, ModelStub model) => model.IsDown = down);
app.MapPost("/reset", (IKairos kairos) => kairos["llm"].Reset());

await app.RunAsync();

/// <summary>A model that is down when it is told to be.</summary>
internal sealed class ModelStub
{
    public volatile bool IsDown;

    public ValueTask<string> AnswerAsync(string question, CancellationToken cancellationToken) => IsDown
        ? ValueTask.FromException<string>(new HttpRequestException("overloaded", null, System.Net.HttpStatusCode.InternalServerError))
        : ValueTask.FromResult($"You asked: {question}");
}
