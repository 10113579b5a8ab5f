using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace Kairos.Packages.Tests;

/// <summary>What is in the symbols of an assembly.</summary>
internal sealed class Symbols : IDisposable
{
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
    private readonly MetadataReaderProvider _provider;
    private readonly MetadataReader _reader;

    public Symbols(byte[] pdb)
    {
        _provider = MetadataReaderProvider.FromPortablePdbImage([.. pdb]);
        _reader = _provider.GetMetadataReader();
    }

    /// <summary>What a debugger finds these symbols by.</summary>
    public Guid Id => new BlobContentId(_reader.DebugMetadataHeader!.Id).Guid;

    /// <summary>The source files.</summary>
    public IReadOnlyList<string> Documents => [.. _reader.Documents.Select(handle => _reader.GetString(_reader.GetDocument(handle).Name))];

    /// <summary>The source files whose text is in the symbols.</summary>
    public IReadOnlyList<string> Embedded => [.. _reader.Documents
        .Where(handle => _reader.GetCustomDebugInformation(handle).Any(info => KindOf(info) == EmbeddedSource))
        .Select(handle => _reader.GetString(_reader.GetDocument(handle).Name))];

    /// <summary>Where the source files are to be had, as JSON; null where that is not said.</summary>
    public string? Link => _reader.GetCustomDebugInformation(EntityHandle.ModuleDefinition)
        .Where(info => KindOf(info) == SourceLink)
        .Select(info => Encoding.UTF8.GetString(_reader.GetBlobBytes(_reader.GetCustomDebugInformation(info).Value)))
        .SingleOrDefault();

    /// <summary>The id of the symbols that an assembly was made with.</summary>
    public static Guid IdIn(byte[] assembly)
    {
        using var reader = new PEReader([.. assembly]);
        return reader.ReadCodeViewDebugDirectoryData(reader.ReadDebugDirectory().First(entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid;
    }

    public void Dispose() => _provider.Dispose();

    private Guid KindOf(CustomDebugInformationHandle info) => _reader.GetGuid(_reader.GetCustomDebugInformation(info).Kind);
}
