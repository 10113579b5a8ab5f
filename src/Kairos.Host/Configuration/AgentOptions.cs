using System.Collections.Immutable;
using Kairos.Host.Faults;

namespace Kairos.Host.Configuration;

/// <summary>What the agent of <c>kairos chat</c> is set up with. Immutable.</summary>
internal sealed record AgentOptions
{
    public static readonly AgentOptions Default = new();

    /// <summary>The OpenAI-compatible endpoint; empty for the offline model.</summary>
    public string BaseUrl { get; init; } = "";

    /// <summary>The model that the endpoint is asked for.</summary>
    public string Model { get; init; } = "";

    /// <summary>The endpoint's key. A secret.</summary>
    public string ApiKey { get; init; } = "";

    /// <summary>The SQLite file that holds what is remembered.</summary>
    public string MemoryFile { get; init; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "kairos", "memory.db");

    /// <summary>How the agent fetches pages.</summary>
    public FetchOptions Fetch { get; init; } = new();

    /// <summary>What the faults are drawn with; null draws others each time.</summary>
    public int? FaultSeed { get; init; }

    /// <summary>The faults that are to be provoked, by component.</summary>
    public ImmutableSortedDictionary<string, Fault> Faults { get; init; } = ImmutableSortedDictionary.Create<string, Fault>(StringComparer.Ordinal);

    /// <summary>Whether all values are the same; a dictionary by itself is only equal to itself.</summary>
    public bool IsSameAs(AgentOptions other) => this with { Faults = other.Faults } == other && Faults.SequenceEqual(other.Faults);
}

/// <summary>The limits of fetching pages. Immutable.</summary>
internal sealed record FetchOptions
{
    /// <summary>How long one page may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How much of a page is read, in bytes.</summary>
    public int MaxBytes { get; init; } = 64 * 1024;

    /// <summary>Whether this machine and private networks may be asked.</summary>
    public bool AllowPrivate { get; init; }
}
