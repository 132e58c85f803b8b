using Microsoft.Extensions.Caching.Hybrid;

namespace CallIntel.Sdk.Dashboards;

/// <summary>Whether and how long this process keeps answers of dashboards.</summary>
/// <remarks>
/// Each question still takes one short round trip, in which the database verifies the member and returns the version of
/// the data. An answer is used only for the version it was computed from, so changes of events, privacy rules and roles
/// take effect at once, and only sessions that see the same data share answers. Answers stay in the memory of the
/// process: they are not written to a distributed cache. Answers for members who see only their own events, and answers
/// to questions with a team or business hours, are not kept.
/// </remarks>
public sealed class DashboardCacheOptions
{
    /// <summary>The cache. <c>AddDashboardCache</c> sets it to the cache of the host.</summary>
    /// <value>The default value is <see langword="null"/>: no answers are kept.</value>
    /// <remarks>The caller owns the cache and disposes it after the data source.</remarks>
    public HybridCache? Cache { get; set; }

    /// <summary>How long an answer is kept if nothing changes.</summary>
    /// <value>The default value is 5 minutes. Allowed: 1 second to 1 day.</value>
    public TimeSpan Expiration { get; set; } = TimeSpan.FromMinutes(5);
}
