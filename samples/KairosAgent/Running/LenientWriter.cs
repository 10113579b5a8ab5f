using System.Text;
using KairosAgent.Text;

namespace KairosAgent.Running;

/// <summary>
/// The log, in which nobody's words command a terminal. That nobody reads it any more, or that a disk is full, must not end what it only tells about.
/// </summary>
internal sealed class LenientWriter(TextWriter writer) : TextWriter
{
    public override Encoding Encoding => writer.Encoding;

    /// <summary>A single letter is the program's own, and may go back to the beginning of a line.</summary>
    public override void Write(char value) => Put(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(string? value) => Put(Plain.Of(value ?? ""));

    public override void WriteLine(string? value) => Put(Plain.LineOf(value ?? "") + "\n");

    private void Put(string value)
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
