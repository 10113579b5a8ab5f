using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.RealParts.Tools;

/// <summary>A theory that needs prometheus and promtool; skipped where they are missing, unless they are required.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TheoryWithPrometheusAttribute : TheoryAttribute
{
    public TheoryWithPrometheusAttribute() => Skip = OutsideTool.WhySkipped(OutsideTool.Prometheus, OutsideTool.Promtool);
}
