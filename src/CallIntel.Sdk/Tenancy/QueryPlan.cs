namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// How PostgreSQL plans a statement; see
/// <see href="https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-PLAN-CACHE-MODE"/>.
/// </summary>
public enum QueryPlan
{
    /// <summary>
    /// Plans the statement once per connection, for any org and any values. Best for statements that read few rows by a
    /// key, because planning would take longer than reading.
    /// </summary>
    Generic,

    /// <summary>
    /// Plans the statement on every call for the values of that call, which takes about a millisecond. This can improve
    /// how the statement reads the application's own tables. It does not change how views and functions of CallIntel
    /// read the org's rows.
    /// </summary>
    Custom,
}
