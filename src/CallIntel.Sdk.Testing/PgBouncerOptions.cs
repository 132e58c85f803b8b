namespace CallIntel.Sdk.Testing;

/// <summary>Settings for <see cref="PgBouncerServer.StartAsync"/>.</summary>
/// <remarks>Not safe for concurrent use. Changes after the start have no effect.</remarks>
public sealed class PgBouncerOptions
{
    /// <summary>The maximum number of server connections per pair of role and database.</summary>
    /// <value>The default is 10.</value>
    public int PoolSize { get; set; } = 10;

    /// <summary>The maximum number of prepared statements that PgBouncer tracks per connection.</summary>
    /// <value>
    /// The default is 200. Zero turns the support for prepared statements off, to test with a pooler that does not have
    /// it.
    /// </value>
    public int MaxPreparedStatements { get; set; } = 200;

    /// <summary>Receives a short message before a step that can take long, such as a download.</summary>
    /// <value>
    /// The default is null. The method can be called on a background thread, one call at a time. It must not throw an
    /// exception.
    /// </value>
    public Action<string>? Progress { get; set; }

    /// <summary>Receives every other line that the installation and PgBouncer print, for troubleshooting.</summary>
    /// <value>
    /// The default is null. The method can be called on a background thread, one call at a time. It must not throw an
    /// exception. If the start fails, the exception contains the last lines in any case.
    /// </value>
    public Action<string>? Output { get; set; }
}
