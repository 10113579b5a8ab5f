using System.Runtime.InteropServices;

namespace Kairos.Telemetry.Export;

/// <summary>
/// The streams that the program was started with. Where one was closed (<c>2&gt;&amp;-</c>), the runtime's own files take its number: what is
/// read or written there then would be the runtime's. A file that was inherited is never one that a new program would not inherit.
/// </summary>
internal static class StandardStreams
{
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExec = 1;

    /// <summary>Whether standard output was given to this program.</summary>
    public static bool IsOutputOpen => IsOpen(1);

    public static Stream Input() => IsOpen(0) ? Console.OpenStandardInput() : Stream.Null;

    public static Stream Output() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new DescriptorStream(IsOpen(1) ? 1 : -1);

    public static Stream Error() => OperatingSystem.IsWindows() ? Console.OpenStandardError() : new DescriptorStream(IsOpen(2) ? 2 : -1);

    private static bool IsOpen(int number) =>
        OperatingSystem.IsWindows() || (Fcntl(number, GetDescriptorFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0);

    [DllImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fcntl(int descriptor, int command);
}
