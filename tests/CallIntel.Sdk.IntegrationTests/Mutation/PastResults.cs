using System.Security.Cryptography;
using System.Text;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>
/// Stores the result of each mutant, so that the next run tries the test case first that killed the mutant, and can
/// leave out mutants of objects that have not changed. The file contains sorted lines <c>id :: digest :: case</c>;
/// without a case, the mutant survived.
/// </summary>
/// <remarks>
/// Thread-safe. The file is written after every change, so that an interrupted run keeps its results.
/// </remarks>
sealed class PastResults
{
    readonly string _path;
    readonly SortedDictionary<string, (string Digest, string Killer)> _known;
    readonly Lock _lock = new();

    /// <summary>Reads the file.</summary>
    /// <param name="path">The path of the file, which may not exist yet.</param>
    /// <param name="existing">The ids of all mutants. Lines of other ids are dropped.</param>
    internal PastResults(string path, IReadOnlyCollection<string> existing)
    {
        _path = path;
        HashSet<string> ids = new(existing, StringComparer.Ordinal);
        _known = new(StringComparer.Ordinal);
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
            if (line.Split(" :: ", 3) is [string id, string digest, string killer] && ids.Contains(id))
                _known[id] = (digest, killer);
    }

    /// <summary>Returns the test case that killed a mutant of this id. Null if none is known.</summary>
    internal string? FindKiller(string id)
    {
        lock (_lock)
            return _known.TryGetValue(id, out (string Digest, string Killer) result) && result.Killer.Length > 0
                ? result.Killer
                : null;
    }

    /// <summary>
    /// Returns the result of a mutant: the test case that killed it, or an empty text if it survived. Null if the
    /// mutant was not tried since it changed.
    /// </summary>
    internal string? FindCurrent(SqlMutant mutant)
    {
        lock (_lock)
            return
                _known.TryGetValue(mutant.Id, out (string Digest, string Killer) result)
                && result.Digest == Digest(mutant)
                ? result.Killer
                : null;
    }

    /// <summary>Stores the result of a mutant.</summary>
    /// <param name="mutant">The mutant.</param>
    /// <param name="killer">The test case that killed it. Null if none did.</param>
    internal void Record(SqlMutant mutant, string? killer)
    {
        (string, string) result = (Digest(mutant), killer ?? "");
        lock (_lock)
        {
            if (_known.TryGetValue(mutant.Id, out (string, string) known) && known == result)
                return;
            _known[mutant.Id] = result;
            string fresh = _path + ".new";
            File.WriteAllLines(fresh, _known.Select(k => $"{k.Key} :: {k.Value.Digest} :: {k.Value.Killer}"));
            File.Move(fresh, _path, overwrite: true);
        }
    }

    static string Digest(SqlMutant mutant) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mutant.Sql)).AsSpan(0, 6));
}
