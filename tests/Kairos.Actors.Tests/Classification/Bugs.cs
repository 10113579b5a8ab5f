namespace Kairos.Tests.Classification;

/// <summary>Faults of a program, those that only the runtime throws included.</summary>
internal static class Bugs
{
    public static Exception NullReference() => Thrown(() => ((string?)null)!.Length);

    public static Exception IndexOutOfRange() => Thrown(() => Array.Empty<int>()[1]);

    public static IEnumerable<Exception> All() =>
    [
        NullReference(),
        IndexOutOfRange(),
        Thrown(() => (string)(object)1),
        Thrown(() => 1 / int.Parse("0", provider: null)),
        new ArgumentException("wrong"),
        new ArgumentNullException("prompt"),
        new NotImplementedException(),
        new NotSupportedException(),
        new ObjectDisposedException("HttpClient"),
        new MissingMethodException("OpenAI.Responses", "Create"),
        new TypeLoadException(),
        new TypeInitializationException("OpenAI.Client", new IOException()),
        new System.Diagnostics.UnreachableException(),
    ];

    private static Exception Thrown<T>(Func<T> code) => Record.Exception(() => { _ = code(); })!;
}
