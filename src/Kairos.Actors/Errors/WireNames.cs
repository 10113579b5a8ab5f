using System.Diagnostics.CodeAnalysis;

namespace Kairos.Errors;

/// <summary>
/// The fixed words by which the values of an enumeration are known outside the process. Values are expected to be small and dense,
/// so that a name is one array read.
/// </summary>
internal sealed class WireNames<T> where T : struct, Enum
{
    private readonly string[] _byValue;
    private readonly Dictionary<string, T> _byName;

    public WireNames(params (T Value, string Name)[] names)
    {
        _byValue = new string[names.Max(n => Index(n.Value)) + 1];
        _byName = new Dictionary<string, T>(names.Length, StringComparer.Ordinal);
        foreach (var (value, name) in names)
        {
            _byValue[Index(value)] = name;
            _byName.Add(name, value);
        }

        All = [.. names.Select(n => n.Name)];
    }

    public IReadOnlyList<string> All { get; }

    public string NameOf(T value)
    {
        var index = Index(value);
        return (uint)index < (uint)_byValue.Length && _byValue[index] is { } name
            ? name
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"not a {typeof(T).Name}; allowed: {string.Join(", ", All)}");
    }

    public bool TryParse([NotNullWhen(true)] string? name, out T value)
    {
        value = default;
        return name is not null && _byName.TryGetValue(name, out value);
    }

    private static int Index(T value) => System.Runtime.CompilerServices.Unsafe.As<T, int>(ref value);
}
