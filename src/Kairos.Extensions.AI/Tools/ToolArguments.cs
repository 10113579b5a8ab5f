using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Kairos.Extensions.AI;

/// <summary>
/// Whether the arguments of a call fit a tool that is a method. What a model leaves out or gives as null is refused before the tool runs; a value
/// of the wrong type is found when the call has failed without the method being entered, since it could not be bound. Immutable.
/// </summary>
internal sealed class ToolArguments
{
    private readonly string _tool;
    private readonly MethodInfo? _method;
    private readonly Type? _states;
    private readonly JsonElement _schemas;
    private readonly JsonSerializerOptions _json;
    private readonly ParameterInfo[] _parameters;
    private readonly ParameterInfo[] _required;

    public ToolArguments(AIFunction tool)
    {
        _tool = tool.Name;
        _method = tool.UnderlyingMethod;
        _states = _method?.GetCustomAttribute<StateMachineAttribute>()?.StateMachineType;
        _json = tool.JsonSerializerOptions;
        _schemas = tool.JsonSchema is { ValueKind: JsonValueKind.Object } schema && schema.TryGetProperty("properties", out var members) ? members : default;
        _parameters = [.. (_method?.GetParameters() ?? []).Where(parameter => SchemaOf(parameter) is not null)];
        var nullability = new NullabilityInfoContext();
        _required = [.. _parameters.Where(parameter => !parameter.HasDefaultValue && nullability.Create(parameter).WriteState == NullabilityState.NotNull)];
    }

    /// <summary>What is wrong before the tool runs; null where it may run.</summary>
    public ToldException? Refuse(AIFunctionArguments arguments)
    {
        foreach (var parameter in _required)
        {
            var isThere = arguments.TryGetValue(parameter.Name!, out var value);
            if (IsNull(value)) return Wrong(parameter, isThere ? "must not be null" : "is missing", null);
        }

        return null;
    }

    /// <summary>What was wrong, where a call has failed because its arguments could not be bound; null where it failed otherwise.</summary>
    public ToldException? Explain(AIFunctionArguments arguments, Exception failure)
    {
        if (HasRun(failure)) return null;
        foreach (var parameter in _parameters)
        {
            if (arguments.TryGetValue(parameter.Name!, out var value) ? !Fits(value, parameter.ParameterType) : !parameter.HasDefaultValue)
                return Wrong(parameter, "does not fit", failure);
        }

        return null;
    }

    /// <summary>Whether a failure came out of the method, or out of what the compiler made of it where it waits.</summary>
    private bool HasRun(Exception failure) => new StackTrace(failure).GetFrames().Select(frame => frame.GetMethod()).Any(at =>
        at is not null
        && ((_method is not null && at.HasSameMetadataDefinitionAs(_method)) || (_states is not null && at.DeclaringType?.HasSameMetadataDefinitionAs(_states) == true)));

    private ToldException Wrong(ParameterInfo parameter, string why, Exception? cause) =>
        ToldException.WrongArguments(_tool, $"the argument '{parameter.Name}' {why}; its schema is {SchemaOf(parameter)}", cause);

    /// <summary>The parameter's schema; null of one that does not come from the model.</summary>
    private string? SchemaOf(ParameterInfo parameter) =>
        _schemas.ValueKind == JsonValueKind.Object && parameter.Name is { } name && _schemas.TryGetProperty(name, out var schema) ? schema.GetRawText() : null;

    private bool Fits(object? value, Type type)
    {
        try
        {
            if (IsNull(value)) return !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
            if (type.IsInstanceOfType(value)) return true;
            _ = value switch
            {
                JsonElement json => json.Deserialize(type, _json),
                JsonDocument json => json.Deserialize(type, _json),
                JsonNode json => json.Deserialize(type, _json),
                string text => FromText(text, type),
                _ => JsonSerializer.SerializeToElement(value, value!.GetType(), _json).Deserialize(type, _json),
            };
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>A text may be the JSON of a value, or the value itself.</summary>
    private object? FromText(string text, Type type)
    {
        try
        {
            return JsonSerializer.Deserialize(text, type, _json);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text, _json).Deserialize(type, _json);
        }
    }

    private static bool IsNull(object? value) => value is null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined };
}
