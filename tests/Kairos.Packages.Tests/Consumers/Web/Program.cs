// A web application whose settings are in appsettings.json.

using Kairos;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddKairos(builder.Configuration.GetSection("Kairos"));
builder.AddKairosTelemetry();
using var app = builder.Build();

app.MapPost("/ask", async ([FromKeyedServices("llm")] ComponentGuard llm, CancellationToken cancellationToken) =>
    (await llm.TryExecuteAsync(_ => ValueTask.FromException<string>(new HttpRequestException("overloaded")), cancellationToken)).Status.ToString());
app.MapGet("/llm", ([FromKeyedServices("llm")] ComponentGuard llm) => llm.Snapshot);
app.MapGet("/failures/{component}", (string component, IKairos kairos) => kairos.Settings.For(component).Breaker.ConsecutiveFailures);
app.MapGet("/components", async (IKairos kairos, CancellationToken cancellationToken) =>
{
    await kairos.DrainAsync(cancellationToken);
    return kairos.Snapshots.Select(snapshot => snapshot.Component);
});
app.MapGet("/greeting", (IConfiguration configuration) => configuration["Greeting"] ?? "");

await app.RunAsync();
