using Microsoft.Extensions.AI;

namespace Kairos;

/// <summary>One of the models that can answer. Immutable.</summary>
/// <param name="Component">Its component, for example <c>llm/backup</c>.</param>
/// <param name="Client">Its client, without a guard of its own.</param>
public sealed record ModelRoute(string Component, IChatClient Client);
