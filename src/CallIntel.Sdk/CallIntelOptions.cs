using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk;

/// <summary>Configures how an application connects to the database and signs its sessions.</summary>
public sealed class CallIntelOptions
{
    /// <summary>The Npgsql connection string of the role <c>callintel_app</c>. Required.</summary>
    /// <remarks>
    /// The SDK sets <c>synchronous_commit</c>, <c>row_security</c>, <c>TimeZone</c>, <c>transform_null_equals</c> and
    /// <c>plan_cache_mode</c> itself, overriding the defaults of the role and the database. On direct connections,
    /// <c>Options</c> in the connection string can override these values.
    /// </remarks>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// The Npgsql connection string of the primary, as the role <c>callintel_app</c>, if
    /// <see cref="ConnectionString"/> names a standby. Reads of protected data are recorded in the access ledger of the
    /// primary before their text is returned, which costs a second round trip.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: <see cref="ConnectionString"/> names the primary, and the statement
    /// that reads also records the access.
    /// </value>
    public string? AuditConnectionString { get; set; }

    /// <summary>The live signing keys. Required unless <see cref="SigningKeyFile"/> is set.</summary>
    public SigningKeyRing? SigningKeys { get; set; }

    /// <summary>
    /// The path of a key ring file in the format of <see cref="SigningKeyRing.Load"/>. Used if
    /// <see cref="SigningKeys"/> is not set.
    /// </summary>
    public string? SigningKeyFile { get; set; }

    /// <summary>
    /// Provides the root key that protects all encryption keys. Required; <c>AddFieldEncryption</c> sets it.
    /// </summary>
    /// <remarks>The caller owns the provider and disposes it after the data source.</remarks>
    public IRootKeyProvider? RootKeys { get; set; }

    /// <summary>
    /// Whether this process is notified immediately when another process crypto-shreds a person's keys. Holds one
    /// connection open; requires <see cref="Tenancy.ConnectionMode.Direct"/>.
    /// </summary>
    /// <value>
    /// The default value is <see langword="false"/>: cached keys of a person shredded by another process are dropped
    /// when they expire, within six minutes.
    /// </value>
    public bool ListenForCryptoShreds { get; set; }

    /// <summary>How long a session token is valid after a statement is sent.</summary>
    /// <value>The default value is 60 seconds. Allowed: 5 seconds to 10 minutes.</value>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether the application connects to PostgreSQL directly or through a connection pooler.</summary>
    /// <value>The default value is <see cref="Tenancy.ConnectionMode.Direct"/>.</value>
    public ConnectionMode ConnectionMode { get; set; } = ConnectionMode.Direct;

    /// <summary>How this process follows the change feed.</summary>
    public ChangeFeedOptions ChangeFeed { get; } = new();

    /// <summary>Whether and how long this process keeps answers of dashboards.</summary>
    public DashboardCacheOptions DashboardCache { get; } = new();

    /// <summary>
    /// The models with which this process embeds content and queries. Each org has embeddings turned off until an owner
    /// turns them on.
    /// </summary>
    public EmbeddingOptions Embeddings { get; } = new();

    /// <summary>
    /// Where the ledger of erasures is copied to, and how long your organization keeps backups.
    /// </summary>
    public ErasureOptions Erasure { get; } = new();
}
