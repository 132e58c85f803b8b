namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// The keys of the advisory locks that the SDK and the SQL package take. <c>sql/functions/R__advisory_locks.sql</c>
/// documents which function takes which lock; a test checks that the keys there match these.
/// </summary>
static class AdvisoryLocks
{
    /// <summary>The lock of a migration. It has a single 64-bit key.</summary>
    internal const long Migration = 4848484927302041;

    /// <summary>The first key of locks that exist once per database.</summary>
    internal const int Package = 1128875849;

    /// <summary>
    /// The first key of locks that exist once per org. The second key is the <c>lock_number</c> of the org.
    /// </summary>
    internal const int OrgMerges = 1128875850;

    /// <summary>The second key, after <see cref="Package"/>, for creating partitions.</summary>
    internal const int Partitions = 1;

    /// <summary>The second key, after <see cref="Package"/>, for rewrapping org keys with another root key.</summary>
    internal const int RootRewrap = 2;

    /// <summary>The second key, after <see cref="Package"/>, of the first of the eight staging slots.</summary>
    internal const int FirstSlot = 16;
}
