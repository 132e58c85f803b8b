using System.Runtime.CompilerServices;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Audit;

/// <content>Searching both ledgers, and choosing what they contain.</content>
public sealed partial class AccessLedger
{
    const string SearchSql =
        "select ledger, id, occurred_at, member_id, purpose, request_id, action_name, object_name, op, row_count,"
        + " subject_id, detail, row_keys, images, fields, is_alert, event_ids, contact_ids, other_ids"
        + " from callintel.search_audit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    /// <summary>Reads changes and accesses of the org from newest to oldest.</summary>
    /// <param name="filter">Selects the entries. Default: all entries of both ledgers.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The entries, streamed page by page in constant memory. Each enumeration reads again from the database.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c>: the role does not include <see cref="Permission.ReadAudit"/>.
    /// </exception>
    public async IAsyncEnumerable<AuditEntry> SearchAsync(
        AuditFilter? filter = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        filter ??= AuditFilter.All;
        Guid? before = null;
        while (true)
        {
            NpgsqlBatchCommand command = new NpgsqlBatchCommand(SearchSql).With(
                filter.From?.UtcDateTime,
                filter.To?.UtcDateTime,
                filter.Member?.Value,
                filter.Subject,
                filter.Action,
                filter.Object,
                filter.RequestId,
                (short)filter.Ledgers,
                before,
                Page
            );
            List<AuditEntry> page = await _session
                .ListAsync(command, MapEntry, cancellationToken)
                .ConfigureAwait(false);
            foreach (AuditEntry entry in page)
                yield return entry;
            if (page.Count < Page)
                yield break;
            before = page[^1].Id;
        }
    }

    /// <summary>Gets what the audit log records about the rows that a statement changed.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The mode of the org, or else that of the deployment.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public async Task<AuditMode> GetModeAsync(CancellationToken cancellationToken = default) =>
        (AuditMode)
            await _session
                .ScalarAsync<short>(new NpgsqlBatchCommand("select callintel.read_audit_mode()"), cancellationToken)
                .ConfigureAwait(false);

    /// <summary>
    /// Sets what the audit log records about the rows that later statements change. Events are always
    /// summarized.
    /// </summary>
    /// <param name="mode">The mode. The audit log records the change of the mode.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include the permission; <c>CI0360</c> the mode is unknown.
    /// </exception>
    public Task SetModeAsync(AuditMode mode, CancellationToken cancellationToken = default) =>
        _session.ExecuteAsync(
            new NpgsqlBatchCommand("select callintel.set_audit_mode($1)").With((short)mode),
            cancellationToken
        );

    AuditEntry MapEntry(NpgsqlDataReader row) =>
        new()
        {
            Ledger = (AuditLedgers)row.GetInt16(0),
            Id = row.GetGuid(1),
            Org = _session.Identity.Org,
            OccurredAt = row.GetFieldValue<DateTimeOffset>(2),
            Member = new MemberId(row.GetGuid(3)),
            Purpose = (AccessPurpose)row.GetInt16(4),
            RequestId = row.IsDBNull(5) ? null : row.GetGuid(5),
            Action = row.GetString(6),
            Object = row.IsDBNull(7) ? null : row.GetString(7),
            Operation = row.IsDBNull(8) ? null : (AuditOperation)row.GetInt16(8),
            RowCount = row.GetInt64(9),
            Subject = row.IsDBNull(10) ? null : row.GetGuid(10),
            Detail = row.IsDBNull(11) ? null : row.GetString(11),
            RowKeys = row.IsDBNull(12) ? [] : row.GetFieldValue<string[]>(12),
            Images = row.IsDBNull(13) ? null : row.GetString(13),
            Fields = row.IsDBNull(14) ? ProtectedFields.None : (ProtectedFields)row.GetInt32(14),
            IsAlert = row.GetBoolean(15),
            ReadIds = row.IsDBNull(16)
                ? []
                :
                [
                    .. row.GetFieldValue<Guid[]>(17),
                    .. row.GetFieldValue<Guid[]>(16),
                    .. row.GetFieldValue<Guid[]>(18),
                ],
        };
}
