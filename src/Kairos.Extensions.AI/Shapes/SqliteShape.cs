using System.Collections.Concurrent;
using System.Reflection;

namespace Kairos.Extensions.AI;

/// <summary>The result code that Microsoft.Data.Sqlite keeps on its own exception only. Looked up once per type.</summary>
internal static class SqliteShape
{
    private const string Name = "Microsoft.Data.Sqlite.SqliteException";
    private static readonly ConcurrentDictionary<Type, PropertyInfo?> Codes = new();

    public static int? ResultCodeOf(Exception exception) =>
        Codes.GetOrAdd(exception.GetType(), static type => type.FullName == Name ? type.GetProperty("SqliteErrorCode") : null)
            ?.GetValue(exception) as int?;
}
