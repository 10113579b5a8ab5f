using Kairos.TestUtilities.Documents;

namespace Kairos.Testing.Tests.Architecture;

/// <summary>One <c>using</c> is enough.</summary>
public sealed class ExtensionTests
{
    [Fact]
    public void Extension_methods_stand_in_the_namespace_of_what_they_extend() => Assert.Empty(ExtensionMethods.MisplacedIn(typeof(KairosTest).Assembly));
}
