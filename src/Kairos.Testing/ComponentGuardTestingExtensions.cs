using Kairos.CircuitBreaker;
using Kairos.Hosting;
using Kairos.Testing;

namespace Kairos;

/// <summary>
/// What tests expect of a component, and states that they force it into. For the guards of any Kairos, of a test's own or of an application that
/// is tested as a whole. Awaits wait in real time and move no time: where it must pass, call <see cref="KairosTest.AdvanceAsync"/> before.
/// </summary>
public static class ComponentGuardTestingExtensions
{
    private const string Forced = "forced by a test";
    private static readonly TimeSpan Instant = TimeSpan.FromTicks(1);

    /// <summary>Waits until the circuit is open, or has opened since this was called.</summary>
    /// <param name="guard">The component.</param>
    /// <param name="timeout">How long to wait in real time; null for <see cref="KairosTest.Timeout"/>.</param>
    /// <exception cref="KairosTestException">It has not happened in time; the message says what was seen instead.</exception>
    public static Task<ComponentSnapshot> ShouldOpenAsync(this ComponentGuard guard, TimeSpan? timeout = null) =>
        guard.ShouldGoToAsync(CircuitStatus.Open, "to open", timeout);

    /// <summary>Waits until the circuit is half-open, or has become so since this was called: the next calls are probe calls.</summary>
    /// <inheritdoc cref="ShouldOpenAsync"/>
    public static Task<ComponentSnapshot> ShouldHalfOpenAsync(this ComponentGuard guard, TimeSpan? timeout = null) =>
        guard.ShouldGoToAsync(CircuitStatus.HalfOpen, "to become half-open", timeout);

    /// <summary>Waits until the circuit is closed again: one that has never been open has not recovered.</summary>
    /// <inheritdoc cref="ShouldOpenAsync"/>
    public static Task<ComponentSnapshot> ShouldRecoverAsync(this ComponentGuard guard, TimeSpan? timeout = null) =>
        guard.ShouldGoToAsync(CircuitStatus.Closed, "to close again", timeout);

    /// <summary>Waits until the component is healthy. Health improves only after <c>health.hold</c>, 10 s unless set otherwise.</summary>
    /// <inheritdoc cref="ShouldOpenAsync"/>
    public static Task<ComponentSnapshot> ShouldBeHealthyAsync(this ComponentGuard guard, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(guard);
        return KairosWatch.Of(guard).UntilAsync(
            guard, $"'{guard.Component}' to be healthy", _ => guard.Snapshot is { Health: ComponentHealth.Healthy } snapshot ? snapshot : null, timeout);
    }

    /// <summary>
    /// Waits for an error of a code, and returns it. One that was recorded before counts too, and each counts once: to expect two, call this twice.
    /// </summary>
    /// <param name="guard">The component.</param>
    /// <param name="code">The code.</param>
    /// <param name="timeout">How long to wait in real time; null for <see cref="KairosTest.Timeout"/>.</param>
    /// <exception cref="KairosTestException">There was none in time; the message says what was seen instead.</exception>
    public static Task<KairosError> ExpectErrorAsync(this ComponentGuard guard, ErrorCode code, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(guard);
        return KairosWatch.Of(guard).UntilAsync(guard, $"an error {code.ToWireName()} of '{guard.Component}'", seen => seen.Take(code), timeout);
    }

    /// <summary>
    /// Opens the circuit, as its breaker itself does over an error, which is counted nowhere. Calls are rejected from then on, each with the time
    /// that is left as its retry-after; when it is over the circuit is half-open by itself. A circuit that is open already is reset before.
    /// </summary>
    /// <param name="guard">The component; it is created where there is none.</param>
    /// <param name="retryAfter">How long, exactly, as after a rate limit that says so (reason <c>rate_limit</c>); null for <c>breaker.open-duration</c>.</param>
    /// <param name="code">What it opens over, where that is no rate limit with a time: the reason is <c>quota</c>, <c>unauthorized</c>,
    /// <c>not_found</c> or <c>failures</c>, and it stays open for the longer of the retry-after and <c>breaker.open-duration</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The retry-after is not positive, or longer than a day.</exception>
    /// <exception cref="KairosTestException">It is not open; the message says what was seen instead.</exception>
    public static async Task<ComponentSnapshot> ForceOpenAsync(this ComponentGuard guard, TimeSpan? retryAfter = null, ErrorCode? code = null)
    {
        ArgumentNullException.ThrowIfNull(guard);
        if (retryAfter is { } wait)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(wait, TimeSpan.Zero, nameof(retryAfter));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, KairosError.MaxRetryAfter, nameof(retryAfter));
        }

        var error = new KairosError(code ?? (retryAfter is null ? ErrorCode.InternalError : ErrorCode.RateLimit), Forced)
        {
            RetryAfter = retryAfter,
            Verdict = code is null && retryAfter is not null ? Verdict.Gate : Verdict.Trip,
        };
        await guard.OpenAsync(error).ConfigureAwait(false);
        return await guard.SettledAsync(snapshot => snapshot.Circuit == CircuitStatus.Open, "to be forced open").ConfigureAwait(false);
    }

    /// <summary>Makes the circuit half-open: opened for an instant (100 ns, which pass), so the next calls are its probe calls.</summary>
    /// <param name="guard">The component; it is created where there is none.</param>
    /// <exception cref="KairosTestException">It is not half-open; the message says what was seen instead.</exception>
    public static async Task<ComponentSnapshot> ForceHalfOpenAsync(this ComponentGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        await guard.OpenAsync(new KairosError(ErrorCode.RateLimit, Forced) { RetryAfter = Instant, Verdict = Verdict.Gate }).ConfigureAwait(false);
        await guard.SettleAsync().ConfigureAwait(false);
        if (KairosWatch.Of(guard).Time is { } time) time.MoveTo(time.Now + Instant);
        return await guard.SettledAsync(snapshot => snapshot.Circuit == CircuitStatus.HalfOpen, "to be forced half-open").ConfigureAwait(false);
    }

    /// <summary>Closes the circuit by hand, and forgets failures and growth.</summary>
    /// <param name="guard">The component; it is created where there is none.</param>
    /// <exception cref="KairosTestException">It is not closed; the message says what was seen instead.</exception>
    public static async Task<ComponentSnapshot> ForceClosedAsync(this ComponentGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Reset();
        return await guard.SettledAsync(snapshot => snapshot.Circuit == CircuitStatus.Closed, "to be forced closed").ConfigureAwait(false);
    }

    /// <summary>Opens the circuit until it is reset: rejections have no retry-after.</summary>
    /// <param name="guard">The component; it is created where there is none.</param>
    /// <exception cref="KairosTestException">It is not isolated; the message says what was seen instead.</exception>
    public static async Task<ComponentSnapshot> ForceIsolatedAsync(this ComponentGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Isolate();
        return await guard.SettledAsync(snapshot => snapshot.IsIsolated, "to be isolated").ConfigureAwait(false);
    }

    /// <summary>Tells a verdict on the component's health, which holds until the next one. Unhealthy opens the circuit, unless <c>health.opens-circuit</c>
    /// is off; health improves only after <c>health.hold</c>.</summary>
    /// <param name="guard">The component; it is created where there is none.</param>
    /// <param name="health">The verdict.</param>
    /// <exception cref="KairosTestException">It is healthier than that; the message says what was seen instead.</exception>
    public static async Task<ComponentSnapshot> ForceHealthAsync(this ComponentGuard guard, ComponentHealth health)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.ReportHealth(health, Forced);
        return await guard.SettledAsync(snapshot => snapshot.Health <= health, $"to be {health.ToWireName()}").ConfigureAwait(false);
    }

    private static async Task<ComponentSnapshot> ShouldGoToAsync(this ComponentGuard guard, CircuitStatus state, string expected, TimeSpan? timeout)
    {
        ArgumentNullException.ThrowIfNull(guard);
        var watch = KairosWatch.Of(guard);
        var before = watch.Events.Of(guard.Component, seen => seen.Seen);
        return await watch.UntilAsync(guard, $"the circuit of '{guard.Component}' {expected}", seen => IsThere(seen) ? guard.Snapshot : null, timeout).ConfigureAwait(false);

        bool IsThere(SeenEvents seen) => seen.WentTo(state, before) || (guard.Snapshot is { } now && now.Circuit == state && (now.Sequence > 0 || state != CircuitStatus.Closed));
    }

    /// <summary>Tells the breaker, and nobody else, of an error.</summary>
    private static async Task OpenAsync(this ComponentGuard guard, KairosError error)
    {
        await guard.SettleAsync().ConfigureAwait(false);
        if (guard.Snapshot?.Circuit == CircuitStatus.Open) guard.Tell(new ComponentProtocol.Force(guard.Component, BreakerInput.Reset));
        guard.Tell(new ComponentProtocol.Force(guard.Component, BreakerInput.Failure(CallTicket.Report, error)));
    }

    internal static async Task SettleAsync(this ComponentGuard guard)
    {
        using var limit = new CancellationTokenSource(KairosWatch.Of(guard).Timeout);
        await KairosInstance.DrainAsync(guard.Runtime, guard.Supervisor, limit.Token).ConfigureAwait(false);
    }

    private static async Task<ComponentSnapshot> SettledAsync(this ComponentGuard guard, Func<ComponentSnapshot, bool> isThere, string expected)
    {
        await guard.SettleAsync().ConfigureAwait(false);
        return await KairosWatch.Of(guard).UntilAsync(
            guard, $"'{guard.Component}' {expected}", _ => guard.Snapshot is { } snapshot && isThere(snapshot) ? snapshot : null, null).ConfigureAwait(false);
    }
}
