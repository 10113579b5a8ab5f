namespace Kairos.TestUtilities.Processes;

/// <summary>A program of others that tests need and that a machine may not have.</summary>
/// <param name="Name">What is missing where it is missing.</param>
/// <param name="Installation">The command that installs it.</param>
/// <param name="Path">Where it is; null where it is not.</param>
internal sealed record OutsideTool(string Name, string Installation, string? Path)
{
    private const string Requirement = "KAIROS_TESTS_REQUIRE_TOOLS";

    /// <summary>Debian's prometheus.</summary>
    public static OutsideTool Prometheus { get; } = new("prometheus", "apt-get install prometheus", OnSearchPath("prometheus"));

    /// <summary>What comes with it.</summary>
    public static OutsideTool Promtool { get; } = new("promtool", "apt-get install prometheus", OnSearchPath("promtool"));

    public static OutsideTool Node { get; } = new("node", "apt-get install nodejs npm", OnSearchPath("node"));

    public static OutsideTool Jq { get; } = new("jq", "apt-get install jq", OnSearchPath("jq"));

    /// <summary>Util-linux's, which gives a program a terminal.</summary>
    public static OutsideTool Script { get; } = new("script", "apt-get install bsdutils", OnSearchPath("script"));

    /// <summary>The OTLP receiver from npm, started by a script of ours.</summary>
    public static OutsideTool OtlpServer { get; } = new(
        "@elastic/mockotlpserver",
        "npm ci --ignore-scripts --prefix tests/tools/otlp-server",
        Directory.Exists(Repository.PathOf("tests/tools/otlp-server/node_modules/@elastic/mockotlpserver"))
            ? Repository.PathOf("tests/tools/otlp-server/serve.js")
            : null);

    /// <summary>Why a test that needs these tools is skipped; null where it runs: where they are there, and where they must be.</summary>
    public static string? WhySkipped(params OutsideTool[] tools) => WhySkipped(Environment.GetEnvironmentVariable(Requirement) is "1" or "true", tools);

    public static string? WhySkipped(bool areRequired, params OutsideTool[] tools)
    {
        var missing = tools.Where(tool => tool.Path is null).ToList();
        if (areRequired || missing.Count == 0) return null;
        var installations = missing.Select(tool => tool.Installation).Distinct();
        return $"{string.Join(" and ", missing.Select(tool => tool.Name))} is missing; .ci/tools installs it, or: {string.Join("; ", installations)}";
    }

    /// <summary>Where it is.</summary>
    /// <exception cref="InvalidOperationException">It is missing.</exception>
    public string Require() => Path ?? throw new InvalidOperationException(WhySkipped(areRequired: false, this));

    /// <summary>Starts it in the repository's root.</summary>
    public RunningProgram Start(TimeSpan timeout, params string[] arguments) => RunningProgram.Start(Describe(timeout, arguments));

    /// <summary>Runs it to its end.</summary>
    public Task<ProgramResult> RunAsync(string input, params string[] arguments) => RunningProgram.RunAsync(Describe(TimeSpan.FromMinutes(4), arguments), input);

    private ProgramStart Describe(TimeSpan timeout, string[] arguments) =>
        new(Require(), arguments) { WorkingFolder = Repository.Root, WaitTimeout = timeout };

    private static string? OnSearchPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => System.IO.Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
