namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>
/// Stores which test case killed each mutant in the last run, so that the next run tries that case first. The file
/// contains sorted lines <c>id :: case</c>. It does not influence the result, so a name in it may be out of date.
/// </summary>
/// <remarks>
/// Thread-safe. The file is written after every change, so that an interrupted run keeps its results.
/// </remarks>
sealed class Killers
{
    readonly string _path;
    readonly SortedDictionary<string, string> _known;
    readonly Lock _lock = new();

    /// <summary>Reads the file.</summary>
    /// <param name="path">The path of the file, which may not exist yet.</param>
    /// <param name="existing">The ids of all mutants. Lines of other ids are dropped.</param>
    internal Killers(string path, IReadOnlyCollection<string> existing)
    {
        _path = path;
        HashSet<string> ids = new(existing, StringComparer.Ordinal);
        _known = new(StringComparer.Ordinal);
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
            if (line.Split(" :: ", 2) is [string id, string killer] && ids.Contains(id))
                _known[id] = killer;
    }

    /// <summary>Returns the test case that killed a mutant. Null if none is known.</summary>
    internal string? Find(string id)
    {
        lock (_lock)
            return _known.GetValueOrDefault(id);
    }

    /// <summary>Stores the result of a mutant.</summary>
    /// <param name="id">The id of the mutant.</param>
    /// <param name="killer">The test case that killed it. Null if none did.</param>
    internal void Record(string id, string? killer)
    {
        lock (_lock)
        {
            if (_known.GetValueOrDefault(id) == killer)
                return;
            if (killer is null)
                _known.Remove(id);
            else
                _known[id] = killer;
            string fresh = _path + ".new";
            File.WriteAllLines(fresh, _known.Select(k => $"{k.Key} :: {k.Value}"));
            File.Move(fresh, _path, overwrite: true);
        }
    }
}
