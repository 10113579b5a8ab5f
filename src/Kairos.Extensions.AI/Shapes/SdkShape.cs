using System.Collections.Concurrent;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace Kairos.Extensions.AI;

/// <summary>
/// How an SDK's exception carries the answer that failed. The shape of a type is found out once; reading it is no hot path, since somebody
/// has just thrown.
/// </summary>
internal sealed class SdkShape
{
    private static readonly ConcurrentDictionary<Type, SdkShape?> Known = new();

    private readonly PropertyInfo? _status;
    private readonly PropertyInfo? _errorCode;
    private readonly PropertyInfo? _body;
    private readonly MethodInfo? _response;
    private readonly string? _name;

    private SdkShape(Type type, PropertyInfo? status, MethodInfo? response)
    {
        _status = status;
        _response = response;
        _name = ReflectedTypes.Is(type, "Amazon.Runtime.AmazonServiceException") ? type.Name : null;
        _errorCode = Property(type, "ErrorCode", typeof(string));
        _body = Property(type, "ResponseBody", typeof(string)) ?? Property(type, "Body", typeof(JsonElement));
    }

    /// <summary>The answer, or null where the exception carries none.</summary>
    public static ResponseFacts? FactsOf(Exception exception) => Known.GetOrAdd(exception.GetType(), Find)?.Read(exception);

    /// <summary>The status that an exception tells, itself or by its cause; null where it tells none.</summary>
    public static int? StatusOf(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (FactsOf(cause) is { Status: > 0 } facts) return facts.Status;
            if (cause is HttpRequestException { StatusCode: { } status }) return (int)status;
        }

        return null;
    }

    /// <summary>
    /// System.ClientModel (OpenAI and its kin, Azure OpenAI) and Azure.Core have a status and the raw response; Anthropic's has a status and
    /// the body, and for an error event within a stream the body alone; AWS's a code, or a type of its own; others at least a status.
    /// </summary>
    private static SdkShape? Find(Type type)
    {
        if (ReflectedTypes.Is(type, "System.ClientModel.ClientResultException") || ReflectedTypes.Is(type, "Azure.RequestFailedException"))
            return new SdkShape(type, Property(type, "Status", typeof(int)), type.GetMethod("GetRawResponse", Type.EmptyTypes));
        if (Property(type, "StatusCode", typeof(HttpStatusCode), typeof(HttpStatusCode?), typeof(int), typeof(int?)) is { } status
            && status.DeclaringType != typeof(HttpRequestException))
            return new SdkShape(type, status, null);
        return ReflectedTypes.Is(type, "Anthropic.Exceptions.AnthropicServiceException") ? new SdkShape(type, null, null) : null;
    }

    private ResponseFacts? Read(Exception exception)
    {
        var status = _status is null ? 200 : _status.GetValue(exception) is { } value ? Convert.ToInt32(value, provider: null) : -1;
        if (status < 0) return null;
        var response = _response?.Invoke(exception, null);
        var facts = ResponseFacts.Of(status, BodyOf(exception, response), response is null ? null : name => RawResponse.HeaderOf(response, name));
        return facts with { ErrorCode = facts.ErrorCode ?? _errorCode?.GetValue(exception) as string ?? _name };
    }

    private ReadOnlyMemory<byte> BodyOf(Exception exception, object? response) => _body?.GetValue(exception) switch
    {
        string text => Encoding.UTF8.GetBytes(text),
        JsonElement { ValueKind: not JsonValueKind.Undefined } json => Encoding.UTF8.GetBytes(json.GetRawText()),
        _ => response is null ? default : RawResponse.BodyOf(response),
    };

    private static PropertyInfo? Property(Type type, string name, params ReadOnlySpan<Type> types)
    {
        for (var declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            var found = declaring.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
            if (found is not null) return types.Contains(found.PropertyType) ? found : null;
        }

        return null;
    }
}
