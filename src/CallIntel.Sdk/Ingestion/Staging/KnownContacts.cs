using System.Collections.Concurrent;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Caches the contact of each number that the process has seen recently, which saves webhooks a round trip. Contains
/// digests, no numbers.
/// </summary>
/// <remarks>
/// Thread-safe. A number keeps its contact as long as it is stored under the same digest. It is removed when the person
/// is erased, so entries expire as soon as cached keys do.
/// </remarks>
sealed class KnownContacts(TimeProvider time)
{
    const int Most = 100_000;
    static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    readonly ConcurrentDictionary<(OrgId Org, Guid Number), (Guid Contact, long Since)> _contacts = new();

    internal Guid? Find(OrgId org, Guid number) =>
        _contacts.TryGetValue((org, number), out (Guid Contact, long Since) known)
        && time.GetElapsedTime(known.Since) < Life
            ? known.Contact
            : null;

    internal void Add(OrgId org, Guid number, Guid contact)
    {
        if (_contacts.Count >= Most)
            _contacts.Clear();
        _contacts[(org, number)] = (contact, time.GetTimestamp());
    }
}
