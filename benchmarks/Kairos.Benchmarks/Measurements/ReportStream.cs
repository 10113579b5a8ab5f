namespace Kairos.Benchmarks.Measurements;

/// <summary>Reports without an end, told no faster than they are decided: a mailbox that only grows would say nothing about memory.</summary>
internal sealed class ReportStream(IKairos kairos)
{
    private const int Batch = 10_000; // two of them are on the way at most
    private static readonly KairosError Overloaded = new(ErrorCode.LlmError, "overloaded");
    private static readonly TimeProvider Time = TimeProvider.System;
    private readonly ComponentGuard _llm = kairos["llm"];

    /// <summary>How many there have been.</summary>
    public long Reports { get; private set; }

    /// <summary>Runs for a while; returns how long it took until the last report was counted.</summary>
    public async Task<TimeSpan> RunAsync(TimeSpan duration)
    {
        var begin = Time.GetTimestamp();
        var counted = Task.CompletedTask;
        while (Time.GetElapsedTime(begin) < duration)
        {
            _llm.ReportSuccess(); // no streak gets long enough to open the circuit
            for (var i = 0; i < Batch; i++) _llm.ReportError(Overloaded);
            Reports += Batch;
            await counted;
            counted = kairos.DrainAsync();
        }

        await counted;
        var elapsed = Time.GetElapsedTime(begin);
        if (_llm.Snapshot!.Errors != Reports) throw new InvalidOperationException("Reports were lost.");
        return elapsed;
    }
}
