using Kairos.TestUtilities.Processes;

namespace KairosAgent.Tests.Chat;

/// <summary>A test that needs util-linux's <c>script</c>, which gives a program a terminal; skipped where it is missing, unless it is required.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithTerminalAttribute : FactAttribute
{
    public FactWithTerminalAttribute() => Skip = OutsideTool.WhySkipped(OutsideTool.Script);
}
