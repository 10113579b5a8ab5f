internal static class Hosted
{
    public static async Task RunAsync()
    {
        // snippet: src/Kairos.Actors/README.md hosted
    }
}
