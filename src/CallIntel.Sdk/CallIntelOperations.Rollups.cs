using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk;

/// <content>The cells that dashboards are answered from.</content>
public sealed partial class CallIntelOperations
{
    /// <summary>
    /// Computes the dashboard cells of all time buckets in which events were written since the last run. Run it every
    /// few seconds to minutes: dashboards are correct without it, but read the events of these buckets.
    /// </summary>
    /// <param name="org">The org; all orgs if <see langword="null"/>.</param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. Cancels between transactions; computed cells stay.
    /// </param>
    /// <returns>The number of orgs and days that were computed.</returns>
    /// <remarks>
    /// Applications can keep running. The first run for an org computes all its cells, one month per transaction; it
    /// waits for transactions of the org that are being written, and delays new ones for that time. Several processes
    /// may run this method at the same time.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0004</c> the org does not exist; or the connection failed. If the cells of one of several orgs cannot be
    /// computed, those of the others are computed before the exception is thrown.
    /// </exception>
    public Task<RollupProgress> RecomputeRollupsAsync(
        OrgId? org = null,
        CancellationToken cancellationToken = default
    ) => new RollupMaintenance(_source).RecomputeAsync(org, false, cancellationToken);

    /// <summary>
    /// Computes all dashboard cells again. Dashboards stay correct meanwhile, and read the events until the cells are
    /// computed.
    /// </summary>
    /// <param name="org">The org; all orgs if <see langword="null"/>.</param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. The next <see cref="RecomputeRollupsAsync"/> continues where a
    /// canceled run ended.
    /// </param>
    /// <returns>The number of orgs and days that were computed.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0004</c> the org does not exist; or the connection failed.
    /// </exception>
    public Task<RollupProgress> RebuildRollupsAsync(OrgId? org = null, CancellationToken cancellationToken = default) =>
        new RollupMaintenance(_source).RecomputeAsync(org, true, cancellationToken);

    /// <summary>Compares the dashboard cells with the events. Changes nothing.</summary>
    /// <param name="org">The org; all orgs if <see langword="null"/>.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The number of compared and of wrong cells.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0004</c> the org does not exist; or the connection failed.
    /// </exception>
    public Task<RollupCheck> VerifyRollupsAsync(OrgId? org = null, CancellationToken cancellationToken = default) =>
        new RollupMaintenance(_source).VerifyAsync(org, cancellationToken);
}
