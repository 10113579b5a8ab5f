using System.Globalization;
using System.Net;

namespace Kairos.TestUtilities.Processes;

/// <summary>What the kernel tells of a process.</summary>
internal static class KernelView
{
    private static readonly string[] SocketTables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>The most memory that the process has had at a time so far, in megabytes.</summary>
    public static long PeakMegabytes(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))["VmHWM:".Length..^"kB".Length],
        CultureInfo.InvariantCulture) / 1024;

    /// <summary>The addresses at which somebody on this machine listens on a port.</summary>
    public static IEnumerable<IPAddress> Listeners(int port)
    {
        const string Listening = "0A";
        return SocketTables.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == Listening)
            .Select(fields => fields[1].Split(':'))
            .Where(local => int.Parse(local[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port)
            .Select(local => AddressOf(Convert.FromHexString(local[0])));
    }

    /// <summary>What the process has open.</summary>
    public static IEnumerable<string> OpenFiles(int process) =>
        Directory.EnumerateFiles($"/proc/{process}/fd").Select(file => new FileInfo(file).LinkTarget).OfType<string>();

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

    /// <summary>The kernel prints an address in words of this machine's order.</summary>
    private static IPAddress AddressOf(byte[] words)
    {
        if (BitConverter.IsLittleEndian)
        {
            for (var word = 0; word < words.Length; word += sizeof(uint)) Array.Reverse(words, word, sizeof(uint));
        }

        return new IPAddress(words);
    }
}
