namespace Kairos.Extensions.AI;

/// <summary>Guards that are made when they are first used, since Kairos need not run yet when a client is built.</summary>
internal static class LazyGuard
{
    /// <summary>A guard that understands what SDKs throw. One that cannot be made yet is asked for again at the next use.</summary>
    /// <param name="kairos">The Kairos, once it is needed.</param>
    /// <param name="component">The component.</param>
    /// <param name="classifier">What is asked first; null for the classifier of Kairos' options.</param>
    /// <exception cref="ArgumentException">The name is not that of a component.</exception>
    public static Lazy<ComponentGuard> Of(Func<IKairos> kairos, string component, ErrorClassifier? classifier)
    {
        if (!ComponentName.IsValid(component))
            throw new ArgumentException($"'{component}' is not the name of a component; allowed: {ComponentName.Allowed}", nameof(component));
        return new Lazy<ComponentGuard>(() => Make(kairos()[component], classifier), LazyThreadSafetyMode.PublicationOnly);
    }

    private static ComponentGuard Make(ComponentGuard guard, ErrorClassifier? classifier) =>
        guard.With(JudgedErrors.Remembering((classifier ?? guard.Classifier).ForAgents()));
}
