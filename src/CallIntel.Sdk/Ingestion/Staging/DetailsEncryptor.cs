using System.Text;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Encrypts own numbers and references to attachments. Runs before the content of the batch is encrypted, because
/// records of erased persons are removed from the batch.
/// </summary>
sealed class DetailsEncryptor(OrgEncryption encryption)
{
    readonly OrgFields _fields = encryption.Fields;

    internal async Task EncryptAsync(IngestBatch batch, CancellationToken cancellationToken)
    {
        List<(KeySubject Subject, int Row, int Ordinal)> values = Collect(batch);
        for (int done = 0; done < values.Count; )
        {
            KeyDemand[] demands =
            [
                .. values
                    .Skip(done)
                    .GroupBy(value => value.Subject)
                    .Select(uses => new KeyDemand(uses.Key, uses.Count())),
            ];
            using DataKeySet<KeySubject> keys = await encryption
                .RentForEncryptionAsync(demands, cancellationToken)
                .ConfigureAwait(false);
            done = Encrypt(batch, values, done, keys);
        }
        batch.RejectErased();
    }

    static List<(KeySubject, int, int)> Collect(IngestBatch batch)
    {
        List<(KeySubject, int, int)> values = [];
        StagedRows rows = batch.Events;
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Details is not { } details)
                continue;
            if (details.Reported.OwnNumber is not null)
                values.Add((ScopeKeys.OwnNumbers(rows[i].OccurredAt), i, ScopeKeys.OwnNumberOrdinal));
            for (int part = 0; part < details.Parts.Length; part++)
                values.Add(
                    (
                        rows[i].Contact is { } contact
                            ? KeySubject.Person(contact)
                            : ScopeKeys.Contents(rows[i].OccurredAt),
                        i,
                        part
                    )
                );
        }
        return values;
    }

    /// <returns>The number of values encrypted; fewer than all if a key has to be requested again.</returns>
    int Encrypt(
        IngestBatch batch,
        List<(KeySubject Subject, int Row, int Ordinal)> values,
        int done,
        DataKeySet<KeySubject> keys
    )
    {
        StagedRows rows = batch.Events;
        for (; done < values.Count; done++)
        {
            (KeySubject subject, int at, int ordinal) = values[done];
            DataKeyRef key = keys[subject];
            if (key.Status == KeyLookup.CryptoShredded)
            {
                rows[at].Erased = true;
                continue;
            }
            StagedDetails details = rows[at].Details!;
            FieldHandle field = ordinal == ScopeKeys.OwnNumberOrdinal ? _fields.OwnNumber : _fields.PartReference;
            byte[] text = Encoding.UTF8.GetBytes(
                ordinal == ScopeKeys.OwnNumberOrdinal ? details.Reported.OwnNumber! : details.Parts[ordinal].Reference
            );
            byte[] envelope = GC.AllocateUninitializedArray<byte>(EnvelopeFormat.GetLength(text.Length, field.Padding));
            EncryptResult result = FieldCipher.TryEncrypt(
                key,
                field,
                ScopeKeys.DetailRowId(rows[at].Id, ordinal),
                text,
                envelope,
                out _
            );
            if (Envelopes.CanAskAgain(key, result))
                return done;
            if (result != EncryptResult.Ok)
                throw Envelopes.Unavailable();
            if (ordinal == ScopeKeys.OwnNumberOrdinal)
                details.OwnNumber = envelope;
            else
                details.Parts[ordinal].Envelope = envelope;
        }
        return done;
    }
}
