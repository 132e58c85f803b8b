namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// What stands between the application and the server; decides what the driver may prepare and reset.
/// </summary>
public enum ConnectionMode
{
    /// <summary>
    /// PostgreSQL itself: statements are prepared automatically, and one of the host's own is followed by a reset of
    /// the connection.
    /// </summary>
    Direct,

    /// <summary>
    /// A pooler in transaction mode that tracks named prepared statements (PgBouncer 1.21 and later with
    /// <c>max_prepared_statements</c>).
    /// </summary>
    TransactionPooler,

    /// <summary>A pooler in transaction mode that does not (Supavisor): nothing is prepared by name.</summary>
    TransactionPoolerWithoutPreparedStatements,
}
