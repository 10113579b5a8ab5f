internal static class Export
{
    public static async Task RunAsync()
    {
        // snippet: src/Kairos.Telemetry/README.md telemetry
    }
}
