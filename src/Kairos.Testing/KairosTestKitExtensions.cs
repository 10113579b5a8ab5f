using Kairos;

namespace Akka.TestKit;

/// <summary>Kairos in the actor system of a test kit.</summary>
public static class KairosTestKitExtensions
{
    /// <summary>
    /// Starts a Kairos with virtual time and metrics of its own in the actor system of the test kit; it ends with that at the latest. Its
    /// supervisor is <c>/user/kairos</c>.
    /// </summary>
    /// <param name="kit">The test kit.</param>
    /// <param name="configure">What is set in code.</param>
    /// <exception cref="SettingsException">The settings are wrong; nothing was started.</exception>
    /// <exception cref="InvalidOperationException">The system has a Kairos already.</exception>
    public static KairosTest StartKairos(this TestKitBase kit, Action<KairosOptions>? configure = null) => kit.StartKairos("", configure);

    /// <inheritdoc cref="StartKairos(TestKitBase,Action{KairosOptions})"/>
    /// <param name="kit">The test kit.</param>
    /// <param name="hocon">Settings of Kairos, beneath those that the test kit was made with.</param>
    /// <param name="configure">What is set in code, which is stronger.</param>
    public static KairosTest StartKairos(this TestKitBase kit, string hocon, Action<KairosOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(kit);
        ArgumentNullException.ThrowIfNull(hocon);
        return KairosTest.Start(kit.Sys, isOwn: false, hocon, configure);
    }
}
