using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion.Rejects;

/// <summary>Reads rejected records page by page in the order of the run.</summary>
static class RejectReader
{
    const int Page = 200;
    const string Sql = "select ordinal, reason, raw, place, detail from callintel.read_rejects($1, $2, $3)";

    static readonly ProtectedRead Read = new(Sql, 3, [new("raw", ProtectedFields.RejectedRecord)]);

    readonly record struct Stored(long Ordinal, string Reason, byte[]? Raw, string? Place, string? Detail);

    internal static async IAsyncEnumerable<RejectedRecord> ReadAsync(
        OrgEncryption encryption,
        Guid run,
        AccessPurpose purpose,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        AccessReason why = encryption.Gate.Reason(purpose);
        long read = 0;
        for (long after = -1; ; )
        {
            if (read == AccessGate.BulkThreshold)
                encryption.Gate.RequirePurpose(purpose, $"Reading more than {read} rejected records");
            NpgsqlBatchCommand command = new NpgsqlBatchCommand(Sql).With(run, after, Page);
            (List<Stored> page, FiledAccess? access) = await encryption
                .Gate.ListAsync(
                    new ProtectedCall<Stored>(Read, command, Map) { Others = [run] },
                    why,
                    cancellationToken
                )
                .ConfigureAwait(false);
            using DecryptionScope scope = await encryption
                .OpenAsync(access, page.Select(r => r.Raw), cancellationToken)
                .ConfigureAwait(false);
            foreach ((long ordinal, string reason, byte[]? raw, string? place, string? detail) in page)
            {
                OpenedText text = scope.Open(encryption.Fields.RejectRaw, ScopeKeys.RejectRowId(run, ordinal), raw);
                yield return new RejectedRecord(ordinal, reason, text.Text)
                {
                    Status = text.Status,
                    Place = place,
                    Detail = detail,
                };
                after = ordinal;
            }
            read += page.Count;
            if (page.Count < Page)
                yield break;
        }
    }

    static Stored Map(NpgsqlDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetString(1),
            row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.IsDBNull(4) ? null : row.GetString(4)
        );
}
