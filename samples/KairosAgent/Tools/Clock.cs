using System.ComponentModel;
using System.Globalization;
using Kairos;

namespace KairosAgent.Tools;

/// <summary>The tool that knows the time.</summary>
internal sealed class Clock(TimeProvider time)
{
    [Idempotent]
    [Description("Tells the present date and time, with the offset from UTC.")]
    public string Tell() => string.Create(CultureInfo.InvariantCulture, $"It is {time.GetLocalNow():dddd, yyyy-MM-dd HH:mm:ss zzz}.");
}
