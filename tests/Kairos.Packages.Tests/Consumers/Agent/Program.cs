// Runs the snippet that the argument names.

await (args[0] switch
{
    "Embed" => Embed.RunAsync(),
    "Hosted" => Hosted.RunAsync(),
    "Export" => Export.RunAsync(),
    "Agent" => AgentOnPackages.RunAsync(),
    "Researcher" => ResearcherOnPackages.RunAsync(),
    "Pipeline" => Pipeline.RunAsync(),
    "Client" => Client.RunAsync(),
    "Notes" => NotesOnPackages.RunAsync(),
    var other => throw new ArgumentException($"There is no {other}."),
});
