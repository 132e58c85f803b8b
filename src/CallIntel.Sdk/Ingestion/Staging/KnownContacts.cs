using System.Collections.Concurrent;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Which contact a number is, as this process met it last: what spares a delivery of one record its first round trip.
/// Holds digests, no numbers.
/// </summary>
/// <remarks>
/// Thread-safe. A number keeps its contact for as long as it is on file under the same digest; that it may go from
/// there, with a person who is erased, is why an entry lives no longer than a key in the cache.
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
