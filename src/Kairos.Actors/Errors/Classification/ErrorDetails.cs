namespace Kairos.Errors;

/// <summary>What an error keeps of the answer that it was: keys of <see cref="KairosError.Context"/>.</summary>
internal static class ErrorDetails
{
    public const string Status = "http.response.status_code";
    public const string ProviderCode = "provider.error_code";
}
