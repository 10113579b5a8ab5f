using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.RealParts.Tools;

/// <summary>A test that needs jq; skipped where it is missing, unless it is required.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithJqAttribute : FactAttribute
{
    public FactWithJqAttribute() => Skip = OutsideTool.WhySkipped(OutsideTool.Jq);
}
