using CallIntel.Sdk.Audit;

namespace CallIntel.Sdk;

/// <content>What the audit log contains.</content>
public sealed partial class CallIntelOperations
{
    /// <summary>
    /// Chooses what the audit log has on file about changed rows of orgs that did not choose themselves.
    /// </summary>
    /// <param name="mode">The mode.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException"><c>CI0360</c>: the mode is unknown.</exception>
    public Task SetDefaultAuditModeAsync(AuditMode mode, CancellationToken cancellationToken = default) =>
        ScalarAsync("select callintel.set_default_audit_mode($1)", cancellationToken, (short)mode);
}
