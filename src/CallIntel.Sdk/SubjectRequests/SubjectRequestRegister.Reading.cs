using System.Runtime.CompilerServices;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.SubjectRequests;

public sealed partial class SubjectRequestRegister
{
    const int PageSize = 200;

    const string ReadSql =
        "select request_id, regulation, request_type_, manner, state_, verification, received_at, opened_at, opened_by,"
        + " acknowledge_by, acknowledged_at, due_at, extended_at, extension_reason, assigned_to_, denial_basis,"
        + " duplicate_of, closed_at, contacts"
        + " from callintel.read_subject_requests($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    const string IdentitiesSql =
        "select request_id, ordinal, kind, value from callintel.read_subject_request_identities($1)";

    const string HistorySql =
        "select request_id, number, at, actor, from_state, to_state, reason, note"
        + " from callintel.read_subject_request_history($1)";

    const string MeasureSql =
        "select regulation, request_type, received, open, completed, partial, denied, withdrawn, duplicates, late,"
        + " median_days from callintel.measure_subject_requests($1, $2)";

    static readonly ProtectedRead IdentitiesRead = new(
        IdentitiesSql,
        1,
        [new("value", ProtectedFields.SubjectIdentity)],
        others: "request_id"
    );

    static readonly ProtectedRead HistoryRead = new(
        HistorySql,
        1,
        [new("note", ProtectedFields.SubjectNote)],
        others: "request_id"
    );

    readonly record struct StoredIdentity(short Ordinal, SubjectIdentityKind Kind, byte[] Value);

    /// <summary>Returns a request with the identities that it was made under and its history.</summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public async Task<SubjectRequestDetails> GetAsync(
        SubjectRequestId id,
        CancellationToken cancellationToken = default
    )
    {
        (
            FiledRows<StoredIdentity> identities,
            FiledRows<(SubjectRequestEntry Entry, byte[]? Note)> history,
            List<SubjectRequest> requests
        ) = await _encryption
            .Gate.ListAsync(
                IdentitiesCall(id),
                new ProtectedCall<(SubjectRequestEntry Entry, byte[]? Note)>(
                    HistoryRead,
                    new NpgsqlBatchCommand(HistorySql).With(id.Value),
                    ReadEntry
                ),
                ReadCommand(new SubjectRequestFilter(), id, null, 1),
                ReadRequest,
                SubjectText.Reason(_encryption),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (requests.Count == 0)
            throw NotFound();
        using DecryptionScope scope = await _encryption
            .OpenAsync(
                FiledAccess.Combine(identities.Access, history.Access),
                identities.Rows.Select(row => (byte[]?)row.Value).Concat(history.Rows.Select(row => row.Note)),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new SubjectRequestDetails(
            requests[0],
            [.. identities.Rows.Select(row => Open(scope, id, row))],
            [
                .. history.Rows.Select(row =>
                    row.Entry with
                    {
                        Note = scope.Open(_encryption.Fields.SubjectNote, id.Value, row.Note).Text,
                    }
                ),
            ]
        );
    }

    /// <summary>Returns requests, the earliest deadline first.</summary>
    /// <param name="filter">Selects the requests. Default: all.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// Reads a page of 200 requests at a time. A request whose deadline changes between two pages can be missing or
    /// returned twice.
    /// </remarks>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public async IAsyncEnumerable<SubjectRequest> ListAsync(
        SubjectRequestFilter? filter = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        filter ??= new SubjectRequestFilter();
        SubjectRequest? after = null;
        while (true)
        {
            List<SubjectRequest> page = await _session
                .ListAsync(ReadCommand(filter, null, after, PageSize), ReadRequest, cancellationToken)
                .ConfigureAwait(false);
            foreach (SubjectRequest request in page)
                yield return request;
            if (page.Count < PageSize)
                break;
            after = page[^1];
        }
    }

    /// <summary>Counts the requests that were received in a range of time, by regulation and type.</summary>
    /// <param name="range">The range of the times of receipt.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The figures; without those types of which no request was received.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0009</c> the range is empty; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public async Task<IReadOnlyList<SubjectRequestFigure>> MetricsAsync(
        TimeRange range,
        CancellationToken cancellationToken = default
    )
    {
        range.ThrowIfInvalid();
        return await _session
            .ListAsync(
                new NpgsqlBatchCommand(MeasureSql).With(range.From.UtcDateTime, range.To.UtcDateTime),
                row => new SubjectRequestFigure(
                    (SubjectRegulation)row.GetInt16(0),
                    (SubjectRequestType)row.GetInt16(1),
                    row.GetInt64(2),
                    row.GetInt64(3),
                    row.GetInt64(4),
                    row.GetInt64(5),
                    row.GetInt64(6),
                    row.GetInt64(7),
                    row.GetInt64(8),
                    row.GetInt64(9),
                    row.IsDBNull(10) ? null : row.GetDouble(10)
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Reads one request without protected values.</summary>
    async Task<SubjectRequest> FindAsync(SubjectRequestId id, CancellationToken cancellationToken)
    {
        List<SubjectRequest> found = await _session
            .ListAsync(ReadCommand(new SubjectRequestFilter(), id, null, 1), ReadRequest, cancellationToken)
            .ConfigureAwait(false);
        return found.Count == 0 ? throw NotFound() : found[0];
    }

    static ProtectedCall<StoredIdentity> IdentitiesCall(SubjectRequestId id) =>
        new(IdentitiesRead, new NpgsqlBatchCommand(IdentitiesSql).With(id.Value), row => new StoredIdentity(
            row.GetInt16(1),
            (SubjectIdentityKind)row.GetInt16(2),
            row.GetFieldValue<byte[]>(3)
        ));

    SubjectIdentity Open(DecryptionScope scope, SubjectRequestId id, StoredIdentity stored) =>
        SubjectText.Parse(
            stored.Kind,
            scope
                .Open(_encryption.Fields.SubjectIdentity, ScopeKeys.RejectRowId(id.Value, stored.Ordinal), stored.Value)
                .Text
        );

    static NpgsqlBatchCommand ReadCommand(
        SubjectRequestFilter filter,
        SubjectRequestId? id,
        SubjectRequest? after,
        int most
    ) =>
        new NpgsqlBatchCommand(ReadSql).With(
            id?.Value,
            filter.OnlyOpen,
            (short?)filter.State,
            (short?)filter.Type,
            filter.AssignedTo?.Value,
            filter.Contact?.Value,
            filter.DueBefore?.UtcDateTime,
            after?.DueAt.UtcDateTime,
            after?.Id.Value,
            most
        );

    static (SubjectRequestEntry Entry, byte[]? Note) ReadEntry(NpgsqlDataReader row) =>
        (
            new SubjectRequestEntry(
                row.GetInt32(1),
                row.GetFieldValue<DateTimeOffset>(2),
                row.GetGuid(3) is var actor && actor == Guid.Empty ? null : new MemberId(actor),
                row.IsDBNull(4) ? null : (SubjectRequestState)row.GetInt16(4),
                (SubjectRequestState)row.GetInt16(5),
                (SubjectRequestAction)row.GetInt16(6),
                null
            ),
            row.IsDBNull(7) ? null : row.GetFieldValue<byte[]>(7)
        );

    static SubjectRequest ReadRequest(NpgsqlDataReader row) =>
        new()
        {
            Id = new SubjectRequestId(row.GetGuid(0)),
            Regulation = (SubjectRegulation)row.GetInt16(1),
            Type = (SubjectRequestType)row.GetInt16(2),
            Manner = (RequestManner)row.GetInt16(3),
            State = (SubjectRequestState)row.GetInt16(4),
            Verification = (IdentityVerification)row.GetInt16(5),
            ReceivedAt = row.GetFieldValue<DateTimeOffset>(6),
            OpenedAt = row.GetFieldValue<DateTimeOffset>(7),
            OpenedBy = new MemberId(row.GetGuid(8)),
            AcknowledgeBy = Time(row, 9),
            AcknowledgedAt = Time(row, 10),
            DueAt = row.GetFieldValue<DateTimeOffset>(11),
            ExtendedAt = Time(row, 12),
            ExtensionReason = row.IsDBNull(13) ? null : (ExtensionReason)row.GetInt16(13),
            AssignedTo = row.IsDBNull(14) ? null : new MemberId(row.GetGuid(14)),
            DenialBasis = row.IsDBNull(15) ? null : (DenialBasis)row.GetInt16(15),
            DuplicateOf = row.IsDBNull(16) ? null : new SubjectRequestId(row.GetGuid(16)),
            ClosedAt = Time(row, 17),
            Contacts = [.. row.GetFieldValue<Guid[]>(18).Select(contact => new ContactId(contact))],
        };

    static DateTimeOffset? Time(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? null : row.GetFieldValue<DateTimeOffset>(ordinal);

    static CallIntelException NotFound() =>
        new(
            ErrorCodes.SubjectRequestNotFound,
            "The org has no such data subject request.",
            "Take the id from the list of requests."
        );
}
