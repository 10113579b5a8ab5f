using System.Text;

namespace KairosAgent.Running;

/// <summary>A log that nobody reads any more, or on a disk that is full, must not end what it only tells about.</summary>
internal sealed class LenientWriter(TextWriter writer) : TextWriter
{
    public override Encoding Encoding => writer.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Write(string? value)
    {
        try
        {
            writer.Write(value);
            writer.Flush();
        }
        catch (IOException)
        {
            // There is nobody to tell.
        }
    }
}
