namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// The numbers of the advisory locks that the SDK and the SQL package take. <c>sql/functions/R__advisory_locks.sql</c>
/// says who takes which, and a test compares the numbers there with these.
/// </summary>
static class AdvisoryLocks
{
    /// <summary>The lock of a migration, which is a single number.</summary>
    internal const long Migration = 4848484927302041;

    /// <summary>The first number of locks for something that the whole database has once.</summary>
    internal const int Package = 1128875849;

    /// <summary>The first number of locks of orgs; the second one is the <c>lock_number</c> of the org.</summary>
    internal const int OrgMerges = 1128875850;

    /// <summary>Second number after <see cref="Package"/>: creating partitions.</summary>
    internal const int Partitions = 1;

    /// <summary>Second number after <see cref="Package"/>: rewrapping keys of orgs under another root key.</summary>
    internal const int RootRewrap = 2;

    /// <summary>Second number after <see cref="Package"/>: the first of the eight staging slots.</summary>
    internal const int FirstSlot = 16;
}
