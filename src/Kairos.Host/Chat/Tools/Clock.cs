using System.ComponentModel;
using System.Globalization;
using Kairos.Extensions.AI;

namespace Kairos.Host.Chat.Tools;

/// <summary>The tool that knows the time.</summary>
internal sealed class Clock(TimeProvider time)
{
    public const string Name = "clock";

    [Idempotent]
    [Description("Tells the present date and time, with the offset from UTC.")]
    public string Tell() => string.Create(CultureInfo.InvariantCulture, $"It is {time.GetLocalNow():dddd, yyyy-MM-dd HH:mm:ss zzz}.");
}
