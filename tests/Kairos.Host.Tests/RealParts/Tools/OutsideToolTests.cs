using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.RealParts.Tools;

public sealed class OutsideToolTests
{
    private static readonly OutsideTool Here = new("here", "get here", "/usr/bin/here");
    private static readonly OutsideTool Gone = new("gone", "get gone", null);

    [Fact]
    public void A_test_whose_tools_are_there_runs() => Assert.Null(OutsideTool.WhySkipped(areRequired: false, Here));

    [Fact]
    public void A_test_whose_tool_is_missing_is_skipped_and_says_which_and_how_to_install_it() =>
        Assert.Equal("gone is missing; .ci/tools installs it, or: get gone", OutsideTool.WhySkipped(areRequired: false, Here, Gone));

    [Fact]
    public void Where_tools_are_required_a_test_runs_without_them_and_fails_for_that_reason()
    {
        Assert.Null(OutsideTool.WhySkipped(areRequired: true, Gone));
        Assert.Equal("gone is missing; .ci/tools installs it, or: get gone", Assert.Throws<InvalidOperationException>(Gone.Require).Message);
    }
}
