using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Kairos.Telemetry.Export;

/// <summary>
/// Writes to an open file of this process. The console's own streams write under a lock that all of them share (.NET's <c>ConsolePal</c> takes
/// <c>Console.Out</c>): a standard error that nobody reads would stop standard output as well, and whoever prints a word.
/// </summary>
/// <param name="descriptor">Its number; -1 for one that is closed.</param>
internal sealed class DescriptorStream(int descriptor) : Stream
{
    private const int Interrupted = 4;
    private const short ReadyToWrite = 4;

    private static readonly int NotNow = OperatingSystem.IsLinux() ? 11 : 35;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var written = Write(descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0) buffer = buffer[(int)written..];
            else WaitOrThrow(Marshal.GetLastPInvokeError());
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void WaitOrThrow(int error)
    {
        if (error == Interrupted) return;
        if (error != NotNow) throw new IOException(new Win32Exception(error).Message);
        var poll = new PollDescriptor { Descriptor = descriptor, Events = ReadyToWrite };
        _ = Poll(ref poll, 1, Timeout.Infinite); // somebody who shares the file does not want to wait for it
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, ref byte buffer, nint count);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
