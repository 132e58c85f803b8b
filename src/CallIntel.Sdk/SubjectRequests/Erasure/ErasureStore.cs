using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Calls the functions of <c>sql/functions/R__erasures.sql</c> and its neighbors. Thread-safe.</summary>
sealed class ErasureStore(SessionTransport session)
{
    const int PageSize = 500;

    internal Task RequestAsync(Guid request, bool suppress, CancellationToken cancellationToken) =>
        ExecuteAsync("select callintel.request_erasure($1, $2)", cancellationToken, request, suppress);

    internal Task<Guid> EnqueueAsync(Guid request, CancellationToken cancellationToken) =>
        ScalarAsync<Guid>("select callintel.enqueue_erasure($1)", cancellationToken, request);

    internal async Task<ErasureProgress?> ReadAsync(Guid request, CancellationToken cancellationToken) =>
        (
            await session
                .ListAsync(
                    new NpgsqlBatchCommand(
                        """
                        select step, suppresses, requested_by, requested_at, completed_at, height, digest,
                               open_contacts, held_contacts, erased_contacts
                          from callintel.read_erasure($1)
                        """
                    ).With(request),
                    row => new ErasureProgress(
                        request,
                        (ErasureStep)row.GetInt16(0),
                        row.GetFieldValue<DateTimeOffset>(3),
                        new MemberId(row.GetGuid(2)),
                        row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4),
                        row.IsDBNull(5) ? null : row.GetInt64(5),
                        ContactsOf(row, 7),
                        ContactsOf(row, 8),
                        ContactsOf(row, 9)
                    )
                    {
                        Suppresses = row.GetBoolean(1),
                        LedgerDigest = row.IsDBNull(6) ? null : row.GetFieldValue<byte[]>(6),
                    },
                    cancellationToken
                )
                .ConfigureAwait(false)
        ).SingleOrDefault();

    internal Task LogAsync(Guid request, Guid[] numbers, CancellationToken cancellationToken) =>
        ExecuteAsync("select callintel.log_erasure($1, $2)", cancellationToken, request, numbers);

    internal Task ConfirmAsync(Guid request, ErasureStep step, CancellationToken cancellationToken) =>
        ExecuteAsync("select callintel.confirm_erasure_step($1, $2)", cancellationToken, request, (short)step);

    internal Task SuppressAsync(Guid request, CancellationToken cancellationToken) =>
        ExecuteAsync("select callintel.suppress_erased($1)", cancellationToken, request);

    internal async Task<bool> EraseEventsAsync(Guid request, int maximum, CancellationToken cancellationToken) =>
        await ScalarAsync<bool>(
                "select is_last from callintel.erase_events($1, $2)",
                cancellationToken,
                request,
                maximum
            )
            .ConfigureAwait(false);

    internal Task EraseContactsAsync(Guid request, CancellationToken cancellationToken) =>
        ExecuteAsync("select callintel.erase_contacts($1)", cancellationToken, request);

    internal Task<List<byte[]>> EraseKeysAsync(Guid request, CancellationToken cancellationToken) =>
        session.ListAsync(
            new NpgsqlBatchCommand("select * from callintel.erase_keys($1)").With(request),
            row => row.GetFieldValue<byte[]>(0),
            cancellationToken
        );

    internal Task<List<(string Table, string Column, long Rows)>> CountRowsAsync(
        Guid request,
        CancellationToken cancellationToken
    ) =>
        session.ListAsync(
            new NpgsqlBatchCommand("select relation, column_name, rows from callintel.scan_erasure($1)").With(request),
            row => (row.GetString(0), row.GetString(1), row.GetInt64(2)),
            cancellationToken
        );

    internal Task RepeatAsync(Guid request, CancellationToken cancellationToken) =>
        ExecuteAsync("select callintel.repeat_erasure($1)", cancellationToken, request);

    internal Task<List<ErasedRows>> ReadRowsAsync(Guid request, CancellationToken cancellationToken) =>
        session.ListAsync(
            new NpgsqlBatchCommand("select relation, action, rows from callintel.read_erasure_rows($1)").With(request),
            row => new ErasedRows(row.GetString(0), (ErasureAction)row.GetInt16(1), row.GetInt64(2)),
            cancellationToken
        );

    internal Task CompleteAsync(Guid request, string certificate, CancellationToken cancellationToken) =>
        ExecuteAsync("select callintel.complete_erasure($1, $2)", cancellationToken, request, certificate);

    internal Task<List<ErasureCertificate>> ReadCertificatesAsync(Guid request, CancellationToken cancellationToken) =>
        session.ListAsync(
            new NpgsqlBatchCommand("select certificate from callintel.read_erasure_certificates($1)").With(request),
            row => ErasureCertificate.Parse(row.GetString(0)),
            cancellationToken
        );

    /// <summary>Returns the entries of the ledger above a height, in pages.</summary>
    internal async Task<List<ErasureLedgerEntry>> ReadLedgerAsync(long after, CancellationToken cancellationToken) =>
        await session
            .ListAsync(
                new NpgsqlBatchCommand(
                    """
                    select height, kind, request_id, contacts, numbers, recorded_at, recorded_by, digest, root_key_id,
                           wrapped_key
                      from callintel.read_erasure_ledger($1, $2)
                    """
                ).With(after, PageSize),
                row => new ErasureLedgerEntry(
                    session.Identity.Org,
                    row.GetInt64(0),
                    (ErasureLedgerEntryKind)row.GetInt16(1),
                    row.GetGuid(2),
                    ContactsOf(row, 3),
                    row.GetFieldValue<Guid[]>(4),
                    row.GetFieldValue<DateTimeOffset>(5),
                    new MemberId(row.GetGuid(6)),
                    Convert.ToHexStringLower(row.GetFieldValue<byte[]>(7))
                )
                {
                    RootKeyId = row.IsDBNull(8) ? null : row.GetString(8),
                    WrappedSuppressionKey = row.IsDBNull(9) ? default : row.GetFieldValue<byte[]>(9),
                },
                cancellationToken
            )
            .ConfigureAwait(false);

    internal async Task<(long InEffect, long InLedger)> ReadHeightAsync(CancellationToken cancellationToken) =>
        (
            await session
                .ListAsync(
                    new NpgsqlBatchCommand("select in_effect, in_ledger from callintel.read_erasure_height()"),
                    row => (row.GetInt64(0), row.GetInt64(1)),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];

    internal Task<bool> ReplayAsync(ErasureLedgerEntry entry, CancellationToken cancellationToken) =>
        ScalarAsync<bool>(
            "select callintel.replay_erasure($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            cancellationToken,
            entry.Height,
            (short)entry.Kind,
            entry.RequestId,
            (Guid[])[.. entry.Contacts.Select(c => c.Value)],
            (Guid[])[.. entry.NumberDigests],
            entry.RecordedAt.UtcDateTime,
            entry.RecordedBy.Value,
            Convert.FromHexString(entry.Digest),
            entry.RootKeyId,
            entry.WrappedSuppressionKey,
            (int)session.Database.SigningKey.Id,
            ProofOf(entry)
        );

    /// <summary>
    /// Computes the HMAC by which this process vouches for an entry of its copy. The SQL side is <c>is_vouched</c>.
    /// </summary>
    byte[] ProofOf(ErasureLedgerEntry entry) =>
        HMACSHA256.HashData(
            session.Database.SigningKey.Bytes,
            [
                .. "callintel.replay.v1|"u8,
                .. Convert.FromHexString(entry.Digest),
                .. SHA256.HashData(Encoding.UTF8.GetBytes(entry.RootKeyId ?? "")),
                .. SHA256.HashData(entry.WrappedSuppressionKey.Span),
            ]
        );

    internal Task<List<Guid>> ListUnfinishedAsync(CancellationToken cancellationToken) =>
        session.ListAsync(
            new NpgsqlBatchCommand("select * from callintel.read_unfinished_erasures()"),
            row => row.GetGuid(0),
            cancellationToken
        );

    internal Task<long> FinishReplayAsync(CancellationToken cancellationToken) =>
        ScalarAsync<long>("select callintel.finish_replay()", cancellationToken);

    Task ExecuteAsync(string sql, CancellationToken cancellationToken, params SqlValue[] values) =>
        session.ExecuteAsync(new NpgsqlBatchCommand(sql).With(values), cancellationToken);

    Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken, params SqlValue[] values) =>
        session.ScalarAsync<T>(new NpgsqlBatchCommand(sql).With(values), cancellationToken);

    static ContactId[] ContactsOf(NpgsqlDataReader row, int column) =>
        [.. row.GetFieldValue<Guid[]>(column).Select(id => new ContactId(id))];
}
