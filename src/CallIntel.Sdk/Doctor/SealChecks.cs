using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Doctor;

/// <summary>
/// Checks that the ledgers of orgs that seal them are still sealed, and that a sink receives the checkpoints.
/// </summary>
static class SealChecks
{
    const string Group = "Seals";

    /// <summary>The version of the schema that added seals.</summary>
    const int Since = 131;

    internal static readonly DiagnosticCheck[] All =
    [
        new(
            Group,
            ErrorCodes.SealOverdue,
            FindingSeverity.Warning,
            "Run callintel worker --ops with --seal-keys, and find transactions that run for long.",
            """
            select 'The ledgers of ' || count(*) || ' orgs have not been sealed for more than an hour.'
              from callintel_private.audit_seals s
             where s.sealed_at < now() - interval '1 hour'
            having count(*) > 0
            """
        )
        {
            SinceVersion = Since,
        },
        new(
            Group,
            ErrorCodes.SealOverdue,
            FindingSeverity.Warning,
            "Check the checkpoint sink of the worker. Without its checkpoints, a verification does not find a rollback "
                + "of the database.",
            """
            select count(*) || ' checkpoints have not been delivered to a sink for more than an hour.'
              from callintel_private.audit_checkpoints c
             where c.published_at is null and c.sealed_at < now() - interval '1 hour'
            having count(*) > 0
            """
        )
        {
            SinceVersion = Since,
        },
    ];
}
