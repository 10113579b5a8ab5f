using System.Text;

namespace Kairos.Host.Tests.Running;

/// <summary>Many journal lines, each an error, made on the fly.</summary>
internal static class ErrorLines
{
    private const int PerWrite = 1000;
    private static readonly byte[] Lines = Encoding.UTF8.GetBytes(string.Concat(
        Enumerable.Repeat("""{"component":"llm","event":"error","code":"timeout","recoverable":true,"message":"no answer"}""" + "\n", PerWrite)));

    public static async Task WriteAsync(Stream stream, int count, CancellationToken cancellationToken)
    {
        for (var written = 0; written < count; written += PerWrite) await stream.WriteAsync(Lines, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>Writes until nobody reads any more.</summary>
    public static async Task WriteForeverAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            while (true) await stream.WriteAsync(Lines, cancellationToken);
        }
        catch (IOException)
        {
            // The host has stopped reading, as it was told to.
        }
    }
}
