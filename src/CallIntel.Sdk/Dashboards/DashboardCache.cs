using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Hybrid;
using Npgsql;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Keeps answers under the version of the data that they were computed from.</summary>
sealed class DashboardCache(HybridCache cache, TimeSpan expiration)
{
    const HybridCacheEntryFlags InMemory = HybridCacheEntryFlags.DisableDistributedCache;

    static readonly HybridCacheEntryOptions OnlyRead = new()
    {
        Flags = InMemory | HybridCacheEntryFlags.DisableUnderlyingData | HybridCacheEntryFlags.DisableLocalCacheWrite,
    };

    readonly HybridCacheEntryOptions _write = new()
    {
        Expiration = expiration,
        LocalCacheExpiration = expiration,
        Flags = InMemory,
    };

    /// <summary>Creates the cache if the options name one.</summary>
    internal static DashboardCache? From(DashboardCacheOptions options) =>
        options.Cache is { } cache ? new(cache, options.Expiration) : null;

    /// <summary>Returns the version of what the session sees; null if its answers are not kept.</summary>
    internal static NpgsqlBatchCommand VersionCommand() => new("select callintel.figure_version()");

    internal static string? ReadVersion(NpgsqlDataReader row) => row.IsDBNull(0) ? null : row.GetString(0);

    /// <summary>Whether the version covers everything that an answer depends on.</summary>
    internal static bool Keeps(DashboardQuery query) => query.Filter is { Team: null, DuringBusinessHours: null };

    /// <summary>
    /// The key of an answer: the version, which contains the org and what the session sees, the figure, and all
    /// parameters of its statement.
    /// </summary>
    internal static string KeyOf(string version, string figure, DashboardQuery query, NpgsqlBatchCommand command)
    {
        StringBuilder text = new();
        Append(version);
        Append(figure);
        Append(command.CommandText);
        Append(query.ComparesWithPrevious ? "with previous" : "");
        foreach (NpgsqlParameter parameter in command.Parameters)
            Append(
                parameter.Value switch
                {
                    null or DBNull => "",
                    DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
                    IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
                    { } value => value.ToString() ?? "",
                }
            );
        return "callintel:figure:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));

        // With its length, so that no two lists of values have the same text.
        void Append(string value) => text.Append(CultureInfo.InvariantCulture, $"{value.Length}:{value};");
    }

    internal ValueTask<DashboardCacheEntry<T>?> FindAsync<T>(string key, CancellationToken cancellationToken) =>
        cache.GetOrCreateAsync(
            key,
            static _ => ValueTask.FromResult<DashboardCacheEntry<T>?>(null),
            OnlyRead,
            cancellationToken: cancellationToken
        );

    internal ValueTask KeepAsync<T>(string key, DashboardCacheEntry<T> entry, CancellationToken cancellationToken) =>
        cache.SetAsync<DashboardCacheEntry<T>?>(key, entry, _write, cancellationToken: cancellationToken);
}
