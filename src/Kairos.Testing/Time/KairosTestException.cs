namespace Kairos;

/// <summary>What a test expected of Kairos has not happened. The message says what it waited for, and what it saw instead. Of no test framework.</summary>
public sealed class KairosTestException : Exception
{
    internal KairosTestException(string message) : base(message)
    {
    }
}
