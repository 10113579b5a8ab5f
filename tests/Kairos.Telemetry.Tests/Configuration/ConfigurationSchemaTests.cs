using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kairos.Configuration;
using Kairos.Telemetry.Configuration;
using Kairos.TestUtilities;

namespace Kairos.Telemetry.Tests.Configuration;

/// <summary>
/// The JSON schemas that editors complete appsettings.json by, against the table. Where the table has changed, KAIROS_WRITE_SCHEMA=1 has this
/// test write them anew.
/// </summary>
public sealed class ConfigurationSchemaTests
{
    private const string Duration = @"^(\d+(\.\d+)? ?(ms|s|m|h|d)|(\d+\.)?\d{2}:\d{2}:\d{2}(\.\d{1,7})?)$";

    private static readonly Dictionary<string, string> Comments = CommentsOfReference();

    public static TheoryData<string> Packages => ["Kairos.Actors", "Kairos.Telemetry"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_schema_says_what_the_table_says(string package)
    {
        var path = Repository.PathOf($"src/{package}/ConfigurationSchema.json");
        var expected = SchemaOf(package).ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("KAIROS_WRITE_SCHEMA") == "1") File.WriteAllText(path, expected);

        Assert.Equal(expected, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("30s", true)]
    [InlineData("1.5 h", true)]
    [InlineData("00:00:30", true)]
    [InlineData("1.00:00:00", true)]
    [InlineData("30", false)]
    [InlineData("soon", false)]
    public void The_schemas_durations_are_those_that_are_read(string text, bool isAllowed)
    {
        var setting = ComponentKeys.All.Single(setting => setting.Key == "breaker.open-duration");
        var source = ConfigurationSource.Of(null, []);

        Assert.Equal(isAllowed, Regex.IsMatch(text, Duration));
        Assert.Equal(isAllowed, setting.Read(source.Translate(setting, text)) is not null);
    }

    private static JsonObject SchemaOf(string package)
    {
        var kairos = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() };
        if (package == "Kairos.Telemetry")
        {
            foreach (var setting in TelemetryKeys.All) Add(kairos, setting, setting.Write(new KairosTelemetryOptions()));
        }
        else
        {
            Properties(kairos)["Prices"] = Prices();
            foreach (var setting in SettingsReader.Keys) Add(kairos, setting, setting.Write(new KairosSettings()));
            Properties(kairos)["Defaults"] = Component("What holds for every component.");
            Properties(kairos)["Components"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "The components that exist from the start, by name; a sub-component (tools/search) inherits from its parent.",
                ["additionalProperties"] = Component("What one component changes of what it inherits."),
            };
        }

        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["type"] = "object",
            ["properties"] = new JsonObject { ["Kairos"] = kairos },
        };
    }

    private static JsonObject Prices()
    {
        var price = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() };
        foreach (var setting in ModelPrice.Keys) Add(price, setting, "");
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = "What a million tokens of models cost, by the model's name, for budgets of money.",
            ["additionalProperties"] = price,
        };
    }

    private static JsonObject Component(string description)
    {
        var component = new JsonObject { ["type"] = "object", ["description"] = description, ["properties"] = new JsonObject() };
        foreach (var setting in ComponentKeys.All) Add(component, setting, setting.Write(ComponentSettings.Default));
        return component;
    }

    private static void Add(JsonObject root, Setting setting, string @default)
    {
        var at = root;
        var path = setting.Key.Split('.').Select(ConfigurationSource.Pascal).ToArray();
        foreach (var section in path[..^1])
        {
            var properties = Properties(at);
            properties[section] ??= new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() };
            at = properties[section]!.AsObject();
        }

        Properties(at)[path[^1]] = ValueOf(setting, @default);
    }

    private static JsonObject Properties(JsonObject schema) => schema["properties"]!.AsObject();

    private static JsonObject ValueOf(Setting setting, string @default)
    {
        var schema = setting.Kind switch
        {
            SettingKind.Whole => Number("integer"),
            SettingKind.Number => Number("number"),
            SettingKind.Truth => new JsonObject { ["type"] = "boolean" },
            SettingKind.Choice => Words(),
            SettingKind.Duration => new JsonObject { ["type"] = "string", ["pattern"] = Duration },
            _ => new JsonObject { ["type"] = "string" },
        };
        if (setting.Words.Count > 0 && setting.Kind != SettingKind.Choice) schema = new JsonObject { ["anyOf"] = new JsonArray(schema, Words()) };
        schema["description"] = $"{Comments.GetValueOrDefault(setting.Key)} Allowed is {setting.Allowed}.".TrimStart();
        if (@default.Length > 0) schema["default"] = setting.Kind switch
        {
            SettingKind.Whole or SettingKind.Number => JsonNode.Parse(@default),
            SettingKind.Truth => JsonValue.Create(@default == "true"),
            _ => JsonValue.Create(@default),
        };
        return schema;

        JsonObject Number(string type) => new()
        {
            ["type"] = type,
            ["minimum"] = JsonNode.Parse(setting.Range.Min.ToString(CultureInfo.InvariantCulture)),
            ["maximum"] = JsonNode.Parse(setting.Range.Max.ToString(CultureInfo.InvariantCulture)),
        };

        JsonObject Words() => new() { ["enum"] = new JsonArray([.. setting.Words.Select(word => (JsonNode?)JsonValue.Create(word))]) };
    }

    /// <summary>What <c>reference.conf</c> says of each key, without the section of the defaults.</summary>
    private static Dictionary<string, string> CommentsOfReference()
    {
        var comments = new Dictionary<string, string>();
        var (path, comment) = (new List<string>(), "");
        foreach (var line in KairosReference.Text.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith('#'))
            {
                comment += line[1..];
                continue;
            }

            if (line.EndsWith('{')) path.Add(line.Split(' ')[0]);
            else if (line == "}") path.RemoveAt(path.Count - 1);
            else if (line.Contains(" = ", StringComparison.Ordinal))
                comments[string.Join('.', path.Append(line.Split(' ')[0]).Where(part => part is not ("kairos" or "defaults")))] = comment.Trim();
            comment = "";
        }

        return comments;
    }
}
