using System.Collections.Concurrent;

namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    /// <summary>
    /// What a cache and its views share. Its lock guards all of it, but entries are found without the lock.
    /// </summary>
    sealed class State(ITimer sweeper)
    {
        internal Lock Gate { get; } = new();

        internal ITimer Sweeper => sweeper;

        internal ConcurrentDictionary<(Guid OrgId, KeyId Id), CacheEntry> Entries { get; } = [];

        internal ConcurrentDictionary<(Guid OrgId, KeySubject Subject), CacheEntry> Subjects { get; } = [];

        /// <summary>
        /// For second-chance eviction: entries are visited in this order, and the first one that was not used since the
        /// last visit is evicted.
        /// </summary>
        internal Queue<CacheEntry> Queue { get; } = new();

        internal HashSet<KeyLoad> Loads { get; } = [];

        internal Dictionary<(Guid OrgId, KeyId Id), KeyLoad<KeyId>> KeyLoads { get; } = [];

        internal Dictionary<(Guid OrgId, KeySubject Id), KeyLoad<KeySubject>> SubjectLoads { get; } = [];

        /// <summary>Keys that left the cache while leases held them, and when they left.</summary>
        internal List<(DataKey Key, long Since)> Lingering { get; } = [];

        internal long? SweepAt { get; set; }

        internal bool IsDisposed { get; set; }
    }
}
