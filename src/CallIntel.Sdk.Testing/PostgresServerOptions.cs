namespace CallIntel.Sdk.Testing;

/// <summary>Settings for <see cref="PostgresServer.StartAsync"/>.</summary>
/// <remarks>Not safe for concurrent use. Changes after the start have no effect.</remarks>
public sealed class PostgresServerOptions
{
    /// <summary>The major version of PostgreSQL.</summary>
    /// <value>
    /// 15, 17 or 18. The default is null: a configured or installed server can have any version from 15 on, and in all
    /// other cases PostgreSQL 17 is started.
    /// </value>
    public int? MajorVersion { get; set; }

    /// <summary>The name of a cluster that keeps its data, so that the next run of a program finds it again.</summary>
    /// <value>
    /// At most 40 lower-case letters, digits, <c>-</c> and <c>_</c>, beginning with a letter. It is the name of a
    /// folder in the user's cache folder, not a path. The default is null: the data is deleted when the server stops.
    /// </value>
    /// <remarks>
    /// The server stops on disposal in both cases. Two processes cannot use one cluster at the same time. A server that
    /// <c>CALLINTEL_POSTGRES</c> configures always keeps its data.
    /// </remarks>
    public string? DataDirectory { get; set; }

    /// <summary>
    /// Receives a short message before a step that can take long. The first start on a machine can download PostgreSQL,
    /// which takes about a minute.
    /// </summary>
    /// <value>
    /// The default is null. The method can be called on a background thread, one call at a time. It must not throw an
    /// exception.
    /// </value>
    public Action<string>? Progress { get; set; }

    /// <summary>
    /// Receives every other line that the package manager, the installation script and the server print, for
    /// troubleshooting.
    /// </summary>
    /// <value>
    /// The default is null. The method can be called on a background thread, one call at a time. It must not throw an
    /// exception. If the start fails, the exception contains the last lines in any case.
    /// </value>
    public Action<string>? Output { get; set; }

    /// <summary>Server settings by name, as in <c>postgresql.conf</c>, in addition to the default settings.</summary>
    /// <value>Empty by default. Not applied to a server that <c>CALLINTEL_POSTGRES</c> configures.</value>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
