using Microsoft.Extensions.Configuration;

namespace Kairos.Hosting;

/// <summary>The configuration that <c>AddKairos</c> was given, for others who read a part of it.</summary>
internal sealed record ConfiguredSection(IConfiguration Configuration);
