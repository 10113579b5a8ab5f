using System.CommandLine;

namespace Kairos.Host.Commands;

/// <summary>What all commands understand.</summary>
internal static class SharedOptions
{
    public static readonly Option<string?> Config = new("--config", "-c")
    {
        Description = "The configuration file. Default: config/kairos.conf in the working folder or beside the program, where there is one.",
        HelpName = "FILE",
        Recursive = true,
    };
}
