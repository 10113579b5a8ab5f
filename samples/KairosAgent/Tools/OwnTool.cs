using System.Text.Json;
using Kairos;
using Microsoft.Extensions.AI;

namespace KairosAgent.Tools;

/// <summary>What a model asked for cannot be: invalid input, which is counted, never repeated, and no fault of the tool.</summary>
/// <param name="words">What the model is told. It is in no log: it may repeat what a person said.</param>
internal sealed class WrongArgumentException(string words) : KairosException(new KairosError(ErrorCode.InvalidInput, "The model's arguments are wrong."))
{
    public string Words => words;
}

/// <summary>Makes the agent's own tools of methods, whose arguments are texts.</summary>
internal static class OwnTool
{
    /// <summary>The tool, to be guarded.</summary>
    public static AIFunction Create(Delegate method, string name) => AIFunctionFactory.Create(method, new AIFunctionFactoryOptions
    {
        Name = name,
        MarshalResult = (result, _, _) => new ValueTask<object?>(result), // as JSON a model would see a text in quotes
        ConfigureParameterBinding = parameter => parameter.ParameterType == typeof(string)
            ? new AIFunctionFactoryOptions.ParameterBindingOptions { BindParameter = (_, arguments) => TextOf(arguments, parameter.Name!) }
            : default,
    });

    /// <summary>The tool as the model has it, outside its guard: it is told what is wrong with its arguments, in place of a result.</summary>
    public static AIFunction Told(AIFunction guarded) => new ToldFunction(guarded);

    private static string TextOf(AIFunctionArguments arguments, string name) => arguments.GetValueOrDefault(name) switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => throw new WrongArgumentException($"Nothing was done: the argument '{name}' is missing."),
        _ => throw new WrongArgumentException($"Nothing was done: the argument '{name}' must be a text."),
    };

    private sealed class ToldFunction(AIFunction inner) : DelegatingAIFunction(inner)
    {
        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            try
            {
                return await base.InvokeCoreAsync(arguments, cancellationToken).ConfigureAwait(false);
            }
            catch (WrongArgumentException exception)
            {
                return exception.Words;
            }
        }
    }
}
