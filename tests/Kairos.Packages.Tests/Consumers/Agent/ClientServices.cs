internal static class ClientServices
{
    public static void Register(IServiceCollection services)
    {
        // snippet: src/Kairos.Extensions.Http/README.md client
    }
}
