using System.Collections.Concurrent;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Remembers which orgs suppress numbers, so that the database refuses only the first batch of a process that has no
/// digests of its new numbers. Later runs and webhooks send them with the first statement.
/// </summary>
/// <remarks>
/// Thread-safe. An org that no longer suppresses numbers stays known until the process ends. Its digests are then
/// computed unnecessarily, which takes about a microsecond each.
/// </remarks>
sealed class SuppressingOrgs
{
    const int Most = 100_000;
    readonly ConcurrentDictionary<OrgId, bool> _orgs = new();

    internal bool Contains(OrgId org) => _orgs.ContainsKey(org);

    internal void Add(OrgId org)
    {
        if (_orgs.Count >= Most)
            _orgs.Clear();
        _orgs[org] = true;
    }
}
