using Akka.Actor;
using Kairos.Actors;
using Microsoft.Extensions.DependencyInjection;

namespace Kairos.Hosting;

/// <summary>What is said to an application that has not set Kairos up as it must be: what is missing, and what to do.</summary>
internal static class SetupMistakes
{
    public static InvalidOperationException NotStarted() => new(
        "Kairos has not started yet: it starts with the actor system of the host. Use it once the host has started, and register hosted services that "
        + "use it behind AddKairos() and AddAkka().");

    public static InvalidOperationException WithKairosForgotten() => new(
        "Kairos was not started: the application has an actor system of its own, and WithKairos() was not called for it. Call it where that is "
        + "configured: AddAkka(…, akka => akka.WithKairos()).");

    public static InvalidOperationException StartedTwice(ActorSystem system) => new(
        $"The actor system '{system.Name}' has a Kairos already, and can have one only. Call UseKairos() or WithKairos() once, and use the IKairos that "
        + "UseKairos() returned, or that is injected.");

    public static InvalidOperationException StartedElsewhere(ActorSystem first, ActorSystem second) => new(
        $"Kairos runs in the actor system '{first.Name}' already, so that it cannot start in '{second.Name}'. Call WithKairos() for one of them; "
        + "UseKairos() gives the other a Kairos of its own.");

    public static InvalidOperationException NameTaken(ActorSystem system, Exception cause) => new(
        $"The actor system '{system.Name}' has another actor at /user/{KairosSupervisor.Name}, which is where Kairos' supervisor stands. Give that actor "
        + "another name.",
        cause);

    /// <summary>The Kairos of an application's services.</summary>
    /// <exception cref="InvalidOperationException">There is none; it says what to do.</exception>
    public static IKairos RequiredOf(IServiceProvider? services) => services?.GetService<IKairos>() ?? throw new InvalidOperationException(
        "There is no IKairos among the services. Call AddKairos() where they are registered: builder.Services.AddKairos().");
}
