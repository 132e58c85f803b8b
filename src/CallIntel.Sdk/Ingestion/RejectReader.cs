using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Reads what was rejected, page by page in the order of the run.</summary>
static class RejectReader
{
    const int Page = 200;
    const string Sql = "select ordinal, reason, raw, place from callintel.read_rejects($1, $2, $3)";

    internal static async IAsyncEnumerable<RejectedRecord> ReadAsync(
        OrgSession session,
        Guid run,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        FieldEncryption encryption = session.Source.Encryption;
        FieldHandle field = encryption.FieldsOf(session.Identity.Org).RejectRaw;
        for (long after = -1; ; )
        {
            NpgsqlBatchCommand command = new(Sql);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = run });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Page });
            List<(long Ordinal, string Reason, byte[]? Raw, string? Place)> page = await session
                .ListAsync(
                    command,
                    r =>
                        (
                            r.GetInt64(0),
                            r.GetString(1),
                            r.IsDBNull(2) ? null : r.GetFieldValue<byte[]>(2),
                            r.IsDBNull(3) ? null : r.GetString(3)
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
            using DataKeySet<KeyId> keys = await encryption
                .RentForDecryptionAsync(session, Envelopes.KeysOf(page.Select(r => r.Raw)), cancellationToken)
                .ConfigureAwait(false);
            foreach ((long ordinal, string reason, byte[]? raw, string? place) in page)
            {
                string? text = null;
                DecryptResult status = raw is null
                    ? DecryptResult.Ok
                    : Envelopes.TryDecryptText(keys, field, ScopeKeys.RejectRowId(run, ordinal), raw, out text);
                yield return new RejectedRecord(ordinal, reason, text) { Status = status, Place = place };
                after = ordinal;
            }
            if (page.Count < Page)
                yield break;
        }
    }
}
