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

    internal static async IAsyncEnumerable<RejectedRecord> ReadAsync(
        OrgEncryption encryption,
        Guid run,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (long after = -1; ; )
        {
            NpgsqlBatchCommand command = new NpgsqlBatchCommand(Sql).With(run, after, Page);
            List<(long Ordinal, string Reason, byte[]? Raw, string? Place, string? Detail)> page = await encryption
                .Session.ListAsync(
                    command,
                    r =>
                        (
                            r.GetInt64(0),
                            r.GetString(1),
                            r.IsDBNull(2) ? null : r.GetFieldValue<byte[]>(2),
                            r.IsDBNull(3) ? null : r.GetString(3),
                            r.IsDBNull(4) ? null : r.GetString(4)
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
            using DecryptionScope scope = await encryption
                .OpenAsync(page.Select(r => r.Raw), cancellationToken)
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
            if (page.Count < Page)
                yield break;
        }
    }
}
