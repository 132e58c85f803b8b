namespace CallIntel.Sdk.Tenancy;

/// <summary>What PostgreSQL plans a statement for; see <see href="https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-PLAN-CACHE-MODE"/>.</summary>
public enum QueryPlan
{
    /// <summary>Once a connection, for any org and any values: best for what reads few rows by a key, which takes less time than planning it.</summary>
    Generic,

    /// <summary>
    /// Each time, for the org and the values of this call, which takes about a millisecond: best for what reads much, such as totals of a year. The
    /// statement has to name the org (<c>where org_id = $1</c>): the planner does not know whom a session is for, and takes any org to be of the same size.
    /// </summary>
    Custom,
}
