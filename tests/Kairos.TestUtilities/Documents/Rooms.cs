using System.Reflection;
using System.Text.RegularExpressions;
using Mono.Cecil;

namespace Kairos.TestUtilities.Documents;

/// <summary>
/// The folders of a project, of which each may use only those before it. What uses what is read from the assembly: bases, fields, signatures,
/// attributes and the code itself. Constants are not seen there, because the compiler puts their values in.
/// </summary>
internal sealed partial class Rooms
{
    private readonly IReadOnlyList<string> _order;
    private readonly Dictionary<string, string> _folders;

    /// <summary>Reads a project.</summary>
    /// <param name="assembly">What it was built to.</param>
    /// <param name="project">Its folder in the repository.</param>
    /// <param name="order">Its folders, the lowest first; "" stands for the files beside them.</param>
    public Rooms(Assembly assembly, string project, params string[] order)
    {
        _order = order;
        var root = Repository.PathOf(project);
        _folders = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: path, Folder: FolderOf(Path.GetRelativePath(root, path))))
            .Where(file => file.Folder is not ("bin" or "obj"))
            .SelectMany(file => Declared().Matches(File.ReadAllText(file.Path)).Select(match => (Name: match.Groups["name"].Value, file.Folder)))
            .Distinct()
            .ToDictionary(declared => declared.Name, declared => declared.Folder, StringComparer.Ordinal);
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        Violations = [.. module.GetTypes()
            .SelectMany(type => UsedBy(type).Select(used => (From: OutermostOf(type), To: OutermostOf(used))))
            .Where(use => IndexOf(use.From) >= 0 && IndexOf(use.From) < IndexOf(use.To))
            .Select(use => $"{_folders[use.From]}/{use.From} uses {_folders[use.To]}/{use.To}")
            .Distinct()
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The folders that the order does not name, and those that it names and that are not there.</summary>
    public IEnumerable<string> Unordered => _folders.Values.Except(_order).Concat(_order.Except(_folders.Values));

    /// <summary>Each use of a folder that comes later in the order.</summary>
    public IReadOnlyList<string> Violations { get; }

    /// <summary>The names of the types that stand in a folder.</summary>
    public IEnumerable<string> TypesOf(string folder) => _folders.Where(pair => pair.Value == folder).Select(pair => pair.Key);

    [GeneratedRegex(@"^(?:public|internal|file)\s+(?:(?:sealed|static|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|struct|record\s+struct|record|enum|interface|delegate\s+\S+)\s+(?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Declared();

    private static string FolderOf(string path) => path.Contains(Path.DirectorySeparatorChar) ? path[..path.IndexOf(Path.DirectorySeparatorChar)] : "";

    private int IndexOf(string type) => _folders.TryGetValue(type, out var folder) ? _order.ToList().IndexOf(folder) : -1;

    private static string OutermostOf(TypeReference type)
    {
        while (type.DeclaringType is { } outer) type = outer;
        return type.Name.Split('`')[0];
    }

    private static IEnumerable<TypeReference> UsedBy(TypeDefinition type) => Direct(type).SelectMany(Parts).Where(used => used.Scope == type.Scope || used.Scope is null);

    private static IEnumerable<TypeReference?> Direct(TypeDefinition type)
    {
        yield return type.BaseType;
        foreach (var one in type.Interfaces) yield return one.InterfaceType;
        foreach (var one in type.CustomAttributes) yield return one.AttributeType;
        foreach (var one in type.Fields) yield return one.FieldType;
        foreach (var method in type.Methods)
        {
            yield return method.ReturnType;
            foreach (var one in method.Parameters) yield return one.ParameterType;
            if (!method.HasBody) continue;
            foreach (var one in method.Body.Variables) yield return one.VariableType;
            foreach (var handler in method.Body.ExceptionHandlers) yield return handler.CatchType;
            foreach (var instruction in method.Body.Instructions)
            {
                if (instruction.Operand is TypeReference named) yield return named;
                if (instruction.Operand is not MemberReference member) continue;
                yield return member.DeclaringType;
                if (member is FieldReference field) yield return field.FieldType;
                if (member is not MethodReference called) continue;
                yield return called.ReturnType;
                foreach (var one in called.Parameters) yield return one.ParameterType;
                if (called is GenericInstanceMethod generic)
                {
                    foreach (var one in generic.GenericArguments) yield return one;
                }
            }
        }
    }

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification made => Parts(made.ElementType),
        _ => [type],
    };
}
