using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Kairos.Tests.Architecture;

/// <summary>
/// A copy of the library that notes which of its source files run. It is loaded beside the real one, together with a copy of this assembly,
/// whose code then uses it. As with coverage tools, what the compiler writes is no code that one has to read: the accessors of automatic
/// properties and the members of records (equality, copies, text). Local functions and lambdas are the source's own, and count.
/// </summary>
internal sealed class Footprints : AssemblyLoadContext
{
    private const string Holder = "Footprints";
    private const string Seen = "Seen";
    private static readonly Assembly Library = typeof(ComponentGuard).Assembly;

    private readonly List<string> _files = [];
    private readonly byte[] _image;

    public Footprints()
        : base(isCollectible: false)
    {
        using var module = ModuleDefinition.ReadModule(Library.Location, new ReaderParameters { ReadSymbols = true });
        var seen = AddHolder(module);
        foreach (var method in module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody && !IsWrittenByTheCompiler(method)))
        {
            var file = method.DebugInformation.SequencePoints.FirstOrDefault(point => !point.IsHidden)?.Document.Url;
            if (file is null || file.Contains("/obj/", StringComparison.Ordinal) || method.DeclaringType.Name == Holder) continue;
            if (!_files.Contains(file)) _files.Add(file);
            Note(method.Body, seen, _files.IndexOf(file));
        }

        using var image = new MemoryStream();
        module.Write(image);
        _image = image.ToArray();
    }

    /// <summary>Runs a static method of this assembly on the copy. It is given what forgets all files so far, and what returns the names of those that ran since.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(Type type, string method)
    {
        using (EnterContextualReflection())
        {
            var copy = LoadFromAssemblyPath(type.Assembly.Location).GetType(type.FullName!)!;
            var result = copy.GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!.Invoke(null, [Forget, Names]);
            return await (Task<IReadOnlyList<string>>)result!;
        }
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name != Library.GetName().Name) return null;
        var loaded = Assemblies.FirstOrDefault(assembly => assembly.GetName().Name == assemblyName.Name);
        if (loaded is not null) return loaded;
        using var image = new MemoryStream(_image);
        return LoadFromStream(image);
    }

    private Action Forget => () => Array.Clear(Marks);

    private Func<IReadOnlyList<string>> Names => () => [.. _files.Where((_, index) => Marks[index]).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private bool[] Marks => (bool[])Assemblies.Single(assembly => assembly.GetName().Name == Library.GetName().Name).GetType(Holder)!.GetField(Seen)!.GetValue(null)!;

    private static bool IsWrittenByTheCompiler(MethodDefinition method) =>
        method.CustomAttributes.Any(attribute => attribute.AttributeType.FullName == typeof(CompilerGeneratedAttribute).FullName)
        && !method.Name.Contains("g__", StringComparison.Ordinal) && !method.Name.Contains("b__", StringComparison.Ordinal);

    private static FieldDefinition AddHolder(ModuleDefinition module)
    {
        var holder = new TypeDefinition("", Holder, Mono.Cecil.TypeAttributes.Public | Mono.Cecil.TypeAttributes.Abstract | Mono.Cecil.TypeAttributes.Sealed, module.TypeSystem.Object);
        var seen = new FieldDefinition(Seen, Mono.Cecil.FieldAttributes.Public | Mono.Cecil.FieldAttributes.Static, new ArrayType(module.TypeSystem.Boolean));
        const Mono.Cecil.MethodAttributes Initializer =
            Mono.Cecil.MethodAttributes.Private | Mono.Cecil.MethodAttributes.Static | Mono.Cecil.MethodAttributes.SpecialName | Mono.Cecil.MethodAttributes.RTSpecialName;
        var create = new MethodDefinition(".cctor", Initializer, module.TypeSystem.Void);
        var code = create.Body.GetILProcessor();
        code.Emit(OpCodes.Ldc_I4, 1000);
        code.Emit(OpCodes.Newarr, module.TypeSystem.Boolean);
        code.Emit(OpCodes.Stsfld, seen);
        code.Emit(OpCodes.Ret);
        holder.Fields.Add(seen);
        holder.Methods.Add(create);
        module.Types.Add(holder);
        return seen;
    }

    private static void Note(Mono.Cecil.Cil.MethodBody body, FieldDefinition seen, int index)
    {
        var code = body.GetILProcessor();
        var first = body.Instructions[0];
        code.InsertBefore(first, code.Create(OpCodes.Ldsfld, seen));
        code.InsertBefore(first, code.Create(OpCodes.Ldc_I4, index));
        code.InsertBefore(first, code.Create(OpCodes.Ldc_I4_1));
        code.InsertBefore(first, code.Create(OpCodes.Stelem_I1));
    }
}
