namespace CallIntel.Sdk.Testing;

/// <summary>What kind of server <see cref="PostgresServer.StartAsync"/> starts.</summary>
public sealed class PostgresServerOptions
{
    /// <summary>The major version of PostgreSQL.</summary>
    /// <value>
    /// 15, 17 or 18. The default, null, means 17 where a server has to be got, and takes whatever is there, from 15 on, where one is
    /// given or installed.
    /// </value>
    public int? MajorVersion { get; set; }

    /// <summary>The name of a cluster that is kept, so that a program that runs twice sees its data again.</summary>
    /// <value>
    /// A name of lower-case letters, digits, <c>-</c> and <c>_</c>; a folder of that name lies under the user's cache folder. The
    /// default, null, means a cluster that is thrown away with the server. The server stops on disposal either way.
    /// </value>
    /// <remarks>A server named by <c>CALLINTEL_POSTGRES</c> keeps its data whatever stands here.</remarks>
    public string? DataDirectory { get; set; }

    /// <summary>Takes one line at a time about what is going on, because the first start on a machine downloads for about a minute.</summary>
    /// <value>The default is null: silence.</value>
    public Action<string>? Progress { get; set; }

    /// <summary>Server settings by name, as in <c>postgresql.conf</c>, on top of the ones the server starts with.</summary>
    /// <value>Empty by default. Not applied to a server named by <c>CALLINTEL_POSTGRES</c>.</value>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
