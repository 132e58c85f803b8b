namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// What PostgreSQL plans a statement for; see
/// <see href="https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-PLAN-CACHE-MODE"/>.
/// </summary>
public enum QueryPlan
{
    /// <summary>
    /// Once a connection, for any org and any values: best for what reads few rows by a key, which takes less time than
    /// planning it.
    /// </summary>
    Generic,

    /// <summary>
    /// Each time, for the values of this call, which takes about a millisecond. It makes a difference for what the
    /// statement does with tables of the host's own; views and functions of CallIntel read the org's rows the same way
    /// with either plan.
    /// </summary>
    Custom,
}
