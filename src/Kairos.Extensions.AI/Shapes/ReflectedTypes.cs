namespace Kairos.Extensions.AI;

/// <summary>Types of packages that are not referenced, known by their names.</summary>
internal static class ReflectedTypes
{
    /// <summary>Whether a type, or one that it derives from, has a name.</summary>
    public static bool Is(Type? type, string fullName)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.FullName == fullName) return true;
        }

        return false;
    }
}
