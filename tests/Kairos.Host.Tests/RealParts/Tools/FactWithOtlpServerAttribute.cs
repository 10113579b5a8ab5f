using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.RealParts.Tools;

/// <summary>A test that needs the OTLP receiver from npm; skipped where it is missing, unless it is required.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithOtlpServerAttribute : FactAttribute
{
    public FactWithOtlpServerAttribute() => Skip = OutsideTool.WhySkipped(OutsideTool.Node, OutsideTool.OtlpServer);
}
