using System.Diagnostics;

namespace Kairos.State;

/// <summary>The span of a message, in the place that a reference takes: most messages have none, and there may be very many of them.</summary>
internal readonly record struct TraceBox
{
    private readonly object? _context;

    public TraceBox(ActivityContext context) => _context = context == default ? null : context;

    public bool IsEmpty => _context is null;

    public ActivityContext Context => _context is ActivityContext context ? context : default;
}
