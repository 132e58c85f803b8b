using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk;

/// <summary>How an application reaches the database and signs its sessions.</summary>
public sealed class CallIntelOptions
{
    /// <summary>The Npgsql connection string of the role <c>callintel_app</c>. Required.</summary>
    /// <remarks>
    /// The SDK fixes <c>synchronous_commit</c>, <c>row_security</c>, <c>TimeZone</c>, <c>transform_null_equals</c> and
    /// <c>plan_cache_mode</c>, whatever the defaults of role and database are. On direct connections, <c>Options</c> of
    /// the connection string can choose other values.
    /// </remarks>
    public string? ConnectionString { get; set; }

    /// <summary>The live signing keys. Either these or <see cref="SigningKeyFile"/> is required.</summary>
    public SigningKeyRing? SigningKeys { get; set; }

    /// <summary>
    /// A file as <see cref="SigningKeyRing.Load"/> reads it; used where <see cref="SigningKeys"/> is not set.
    /// </summary>
    public string? SigningKeyFile { get; set; }

    /// <summary>
    /// Where the root key is that everything protected hangs on. Required; <c>AddFieldEncryption</c> sets it.
    /// </summary>
    /// <remarks>Belongs to the host, which disposes it after the data source.</remarks>
    public IRootKeyProvider? RootKeys { get; set; }

    /// <summary>
    /// Whether this process is told at once when another one shreds a person's keys. Holds one connection; direct
    /// connections only.
    /// </summary>
    /// <value>
    /// The default value is <see langword="false"/>: a shred elsewhere takes effect here within five minutes, the
    /// cache's time to live.
    /// </value>
    public bool ListenForShreds { get; set; }

    /// <summary>How long a session token is valid, from the moment a statement is sent.</summary>
    /// <value>The default value is 60 seconds; 5 seconds to 10 minutes are allowed.</value>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>What stands between the application and the server.</summary>
    /// <value>The default value is <see cref="Tenancy.ConnectionMode.Direct"/>.</value>
    public ConnectionMode ConnectionMode { get; set; } = ConnectionMode.Direct;
}
