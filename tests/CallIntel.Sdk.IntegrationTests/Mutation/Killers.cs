namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>Which case noticed which damage the last time, so that it is asked first: a file of lines "id :: case", sorted. It decides nothing; a name in it may be out of date.</summary>
/// <remarks>Thread-safe. Written with every change: a run that is ended has not looked in vain.</remarks>
sealed class Killers
{
    readonly string _path;
    readonly SortedDictionary<string, string> _known;
    readonly Lock _lock = new();

    /// <param name="path">The file; it need not exist.</param>
    /// <param name="existing">Ids of all damages there are; what is known of others is dropped.</param>
    internal Killers(string path, IReadOnlyCollection<string> existing)
    {
        _path = path;
        HashSet<string> ids = new(existing, StringComparer.Ordinal);
        _known = new(StringComparer.Ordinal);
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
            if (line.Split(" :: ", 2) is [string id, string killer] && ids.Contains(id))
                _known[id] = killer;
    }

    internal string? Of(string id)
    {
        lock (_lock)
            return _known.GetValueOrDefault(id);
    }

    /// <param name="id">The damage.</param>
    /// <param name="killer">Who noticed it; null if nobody did.</param>
    internal void Learn(string id, string? killer)
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
