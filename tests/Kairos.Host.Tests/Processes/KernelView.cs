using System.Globalization;

namespace Kairos.Host.Tests.Processes;

/// <summary>What the kernel tells of a process.</summary>
internal static class KernelView
{
    /// <summary>The most memory that the process has had at a time so far, in megabytes.</summary>
    public static long PeakMegabytes(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))["VmHWM:".Length..^"kB".Length],
        CultureInfo.InvariantCulture) / 1024;

    /// <summary>The names of the process's threads, of which the kernel keeps the first 15 characters.</summary>
    public static IEnumerable<string> ThreadNames(int process)
    {
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            string name;
            try
            {
                name = File.ReadAllText(Path.Combine(thread, "comm"));
            }
            catch (IOException)
            {
                continue; // it has ended meanwhile
            }

            yield return name.TrimEnd();
        }
    }
}
