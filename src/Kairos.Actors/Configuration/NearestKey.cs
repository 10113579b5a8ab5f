namespace Kairos.Configuration;

/// <summary>Finds the known key that somebody probably meant.</summary>
internal static class NearestKey
{
    /// <summary>The known key with the smallest edit distance (Levenshtein, 1965); one that ends in the same word wins a tie.</summary>
    public static string Of(string key, IEnumerable<string> known)
    {
        var leaf = key[(key.LastIndexOf('.') + 1)..];
        return known
            .OrderBy(candidate => Math.Min(
                Distance(key, candidate),
                Distance(leaf, candidate[(candidate.LastIndexOf('.') + 1)..]) * 2))
            .ThenBy(candidate => Distance(key, candidate))
            .ThenBy(candidate => candidate, StringComparer.Ordinal)
            .First();
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, substituted);
            }
        }

        return row[b.Length];
    }
}
