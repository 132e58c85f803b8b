namespace CallIntel.Sdk.Testing;

/// <summary>How <see cref="PgBouncerServer.StartAsync"/> sets up the pooler.</summary>
public sealed class PgBouncerOptions
{
    /// <summary>How many server connections a pair of role and database may hold.</summary>
    /// <value>The default is 10.</value>
    public int PoolSize { get; set; } = 10;

    /// <summary>How many prepared statements PgBouncer follows per connection.</summary>
    /// <value>The default is 200. Zero turns following off, as poolers do that know nothing of prepared statements.</value>
    public int MaxPreparedStatements { get; set; } = 200;

    /// <summary>Takes one line at a time about what is going on, because the first start on a machine downloads for about a minute.</summary>
    /// <value>The default is null: silence.</value>
    public Action<string>? Progress { get; set; }
}
