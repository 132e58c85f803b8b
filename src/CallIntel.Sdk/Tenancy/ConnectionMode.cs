namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// How the application connects to PostgreSQL. Determines whether statements can be prepared and how connections are
/// reset.
/// </summary>
public enum ConnectionMode
{
    /// <summary>
    /// A direct connection to PostgreSQL. Statements are prepared automatically, and the connection is reset after each
    /// statement written by the application.
    /// </summary>
    Direct,

    /// <summary>
    /// A pooler in transaction mode that supports named prepared statements (PgBouncer 1.21 or later with
    /// <c>max_prepared_statements</c>).
    /// </summary>
    TransactionPooler,

    /// <summary>
    /// A pooler in transaction mode without support for named prepared statements (Supavisor). Statements are not
    /// prepared.
    /// </summary>
    TransactionPoolerWithoutPreparedStatements,
}
