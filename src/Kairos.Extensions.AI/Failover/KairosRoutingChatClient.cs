using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;

namespace Kairos;

/// <summary>
/// The choice of Microsoft.Extensions.AI's <see cref="RoutingChatClient"/>, made by circuits: a request goes to the first guarded client whose circuit lets
/// calls through, and on to the next such one where it fails; a stream only until its first update. The circuits remember: a client that is down costs no
/// attempt. What is wrong with the request itself is passed on to nobody. When no circuit is closed the first client is asked, so that its rejection says
/// when to come back. Thread-safe.
/// </summary>
/// <remarks><see cref="KairosFailoverChatClient"/> does more: it tells who answered, and that errors were made up for. This one is for those who build on
/// the seam of Microsoft.Extensions.AI, which is experimental there.</remarks>
[Experimental("MEAI001")]
public sealed class KairosRoutingChatClient : FailoverChatClient
{
    private readonly IReadOnlyList<(IChatClient Client, ComponentGuard Guard)> _clients;

    // What failed in a request that is on its way. A request that ends without a word of it is forgotten with its context.
    private readonly ConditionalWeakTable<RoutingContext, List<FailoverChatClientAttempt>> _failed = [];

    /// <summary>A choice among guarded clients.</summary>
    /// <param name="clients">The clients, each with <c>UseKairos</c> in its pipeline, the preferred one first. They are disposed with this one.</param>
    /// <exception cref="ArgumentException">There is none, or one is not guarded.</exception>
    public KairosRoutingChatClient(IReadOnlyList<IChatClient> clients)
    {
        ArgumentNullException.ThrowIfNull(clients);
        if (clients.Count == 0) throw new ArgumentException("There must be a client at least.", nameof(clients));
        _clients = [.. clients.Select((client, at) => (client, client.GetService<ComponentGuard>()
            ?? throw new ArgumentException($"The client at {at} is not guarded: add UseKairos() to its pipeline.", nameof(clients))))];
    }

    /// <inheritdoc/>
    protected override ValueTask<IChatClient> SelectClientAsync(RoutingContext context, CancellationToken cancellationToken)
    {
        var failed = _failed.GetValue(context, static _ => []);
        var untried = _clients.Where(candidate => !failed.Any(attempt => attempt.Client == candidate.Client)).ToList();
        var chosen = untried.FirstOrDefault(candidate => candidate.Guard.MayAdmit).Client ?? (failed.Count == 0 ? untried[0].Client : null);
        if (chosen is null) ExceptionDispatchInfo.Throw(failed[^1].Exception!);
        return new ValueTask<IChatClient>(chosen);
    }

    /// <inheritdoc/>
    protected override ValueTask OnRoutingUpdateAsync(RoutingContext context, FailoverChatClientAttempt attempt, bool isTerminal, CancellationToken cancellationToken)
    {
        if (isTerminal) return default;
        if (attempt.Exception is ModelFailedException { Error.Verdict: Verdict.Ignore } wrong) ExceptionDispatchInfo.Throw(wrong);
        _failed.GetValue(context, static _ => []).Add(attempt);
        return default;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var (client, _) in _clients) client.Dispose();
        }

        base.Dispose(disposing);
    }
}
