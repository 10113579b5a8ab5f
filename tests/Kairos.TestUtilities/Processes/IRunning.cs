using System.Runtime.InteropServices;

namespace Kairos.TestUtilities.Processes;

/// <summary>What runs while a test looks on: a program, or a command of it within the tests' process.</summary>
internal interface IRunning : IAsyncDisposable
{
    CapturedOutput Output { get; }

    CapturedOutput Errors { get; }

    /// <summary>Its standard input.</summary>
    Stream Input { get; }

    /// <summary>What runs out when it takes too long.</summary>
    CancellationToken WaitTimeout { get; }

    /// <summary>Tells it to stop, as a service is told.</summary>
    void Signal(PosixSignal signal);

    /// <summary>Writes to standard input and closes it.</summary>
    Task FeedAsync(string text);

    void CloseInput();

    Task<string> WaitForErrorsAsync(string text);

    Task<ProgramResult> WaitForExitAsync();
}
