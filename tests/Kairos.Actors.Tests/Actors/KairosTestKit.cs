using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;

namespace Kairos.Tests.Actors;

/// <summary>A Kairos in an actor system of its own, on a clock that only the test moves.</summary>
public abstract class KairosTestKit : TestKit
{
    private const string Patient = """
        akka.test { default-timeout = 30s, single-expect-default = 30s, filter-leeway = 30s }
        akka { loglevel = WARNING, log-dead-letters = off }
        """;

    protected KairosTestKit(string hocon = "", FakeTimeProvider? time = null, Action<KairosOptions>? configure = null)
        : base(ConfigurationFactory.ParseString(hocon).WithFallback(SuiteHocon.Extra).WithFallback(ConfigurationFactory.ParseString(Patient)))
    {
        Time = time ?? new FakeTimeProvider();
        Kairos = Sys.UseKairos(options =>
        {
            options.TimeProvider = Time;
            configure?.Invoke(options);
        });
    }

    protected FakeTimeProvider Time { get; }

    protected IKairos Kairos { get; }

    protected IActorRef Supervisor => Kairos.Supervisor;

    /// <summary>Tells the supervisor something, as any actor may. What a guard tells takes a shorter way and may overtake it.</summary>
    protected void Tell(object message) => Supervisor.Tell(message, TestActor);

    protected void Fail(string component, int times = 1, ErrorCode code = ErrorCode.LlmError)
    {
        for (var i = 0; i < times; i++) Tell(new ComponentProtocol.ReportError(component, Error(code)));
    }

    protected void Succeed(string component, int times = 1)
    {
        for (var i = 0; i < times; i++) Tell(new ComponentProtocol.ReportSuccess(component));
    }

    protected static KairosError Error(ErrorCode code = ErrorCode.LlmError) => new(code, "provoked");

    /// <summary>What a component has published once all that was told so far is done.</summary>
    protected async Task<ComponentSnapshot> Settled(string component)
    {
        await Kairos.DrainAsync();
        return Kairos[component].Snapshot ?? throw new InvalidOperationException($"there is no {component}");
    }

    /// <summary>The actor that has a component, as it is in the tree of actors.</summary>
    protected async Task<IActorRef> ActorAt(string path)
    {
        await Kairos.DrainAsync();
        return await Sys.ActorSelection("/user/kairos/" + path).ResolveOne(TimeSpan.FromSeconds(30));
    }
}

internal static class KairosTestExtensions
{
    /// <summary>The same Kairos, once all that was told so far is done.</summary>
    public static async Task<IKairos> DrainedAsync(this IKairos kairos)
    {
        await kairos.DrainAsync();
        return kairos;
    }
}
