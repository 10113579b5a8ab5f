internal static class Pipeline
{
    public static async Task RunAsync()
    {
        // snippet: src/Kairos.Extensions.Polly/README.md pipeline
    }
}
