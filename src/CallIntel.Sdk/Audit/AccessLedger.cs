using System.Runtime.CompilerServices;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// Reads the ledgers of the session's org: the audit log of changes, and the access ledger, which contains an entry for
/// each page of protected values that a member read. Manages honey tokens.
/// </summary>
/// <remarks>
/// Thread-safe. Every call requires <see cref="Permission.ReadAudit"/>, which owners and admins have.
/// </remarks>
public sealed partial class AccessLedger
{
    const int Page = 500;
    const string ReadSql =
        "select id, accessed_at, member_id, purpose, request_id, fields, row_count, is_alert, event_ids, contact_ids,"
        + " other_ids from callintel.read_accesses($1, $2, $3, $4, $5, $6, $7, $8)";

    readonly SessionTransport _session;

    internal AccessLedger(SessionTransport session) => _session = session;

    /// <summary>Reads entries from newest to oldest.</summary>
    /// <param name="filter">Selects the entries. Default: all entries of the org.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The entries, streamed page by page in constant memory. Each enumeration reads again from the database.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c>: the role does not include <see cref="Permission.ReadAudit"/>.
    /// </exception>
    public async IAsyncEnumerable<AccessEntry> ReadAccessesAsync(
        AccessFilter? filter = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        filter ??= AccessFilter.All;
        Guid? before = null;
        while (true)
        {
            NpgsqlBatchCommand command = new NpgsqlBatchCommand(ReadSql).With(
                filter.From?.UtcDateTime,
                filter.To?.UtcDateTime,
                filter.Member?.Value,
                filter.Contact?.Value,
                filter.Event,
                filter.OnlyAlerts,
                before,
                Page
            );
            List<AccessEntry> page = await _session.ListAsync(command, Map, cancellationToken).ConfigureAwait(false);
            foreach (AccessEntry entry in page)
                yield return entry;
            if (page.Count < Page)
                yield break;
            before = page[^1].Id;
        }
    }

    /// <summary>
    /// Marks a contact as a honey token: a contact that nobody has a reason to open, for example an invented person.
    /// When a member reads its number, its name or the content of one of its events, the entry of the ledger is an
    /// alert, the SDK logs event 1401, counts it in <c>callintel.audit.honey_token_alerts</c> and calls
    /// <see cref="IAuditSink.HoneyTokenOpenedAsync"/>.
    /// </summary>
    /// <param name="contact">The contact. It looks like any other contact to members.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns><see langword="false"/> if the contact was a honey token before.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include the permission; <c>CI0152</c> the contact does not exist or the member
    /// may not see it.
    /// </exception>
    public Task<bool> MarkHoneyTokenAsync(ContactId contact, CancellationToken cancellationToken = default) =>
        _session.ScalarAsync<bool>(
            new NpgsqlBatchCommand("select callintel.mark_honey_token($1)").With(contact.Value),
            cancellationToken
        );

    /// <summary>Makes a honey token an ordinary contact. Entries of the ledger do not change.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns><see langword="false"/> if the contact was no honey token.</returns>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public Task<bool> UnmarkHoneyTokenAsync(ContactId contact, CancellationToken cancellationToken = default) =>
        _session.ScalarAsync<bool>(
            new NpgsqlBatchCommand("select callintel.unmark_honey_token($1)").With(contact.Value),
            cancellationToken
        );

    /// <summary>Lists the honey tokens of the org, the oldest first.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public async Task<IReadOnlyList<HoneyToken>> ListHoneyTokensAsync(CancellationToken cancellationToken = default) =>
        await _session
            .ListAsync(
                new NpgsqlBatchCommand("select contact_id, marked_by, marked_at from callintel.read_honey_tokens()"),
                row => new HoneyToken(
                    new ContactId(row.GetGuid(0)),
                    new MemberId(row.GetGuid(1)),
                    row.GetFieldValue<DateTimeOffset>(2)
                ),
                cancellationToken
            )
            .ConfigureAwait(false);

    AccessEntry Map(NpgsqlDataReader row) =>
        new()
        {
            Id = row.GetGuid(0),
            Org = _session.Identity.Org,
            AccessedAt = row.GetFieldValue<DateTimeOffset>(1),
            Member = new MemberId(row.GetGuid(2)),
            Purpose = (AccessPurpose)row.GetInt16(3),
            RequestId = row.GetGuid(4),
            Fields = (ProtectedFields)row.GetInt32(5),
            RowCount = row.GetInt32(6),
            IsAlert = row.GetBoolean(7),
            Events = row.GetFieldValue<Guid[]>(8),
            Contacts = [.. row.GetFieldValue<Guid[]>(9).Select(id => new ContactId(id))],
            OtherIds = row.GetFieldValue<Guid[]>(10),
        };
}
