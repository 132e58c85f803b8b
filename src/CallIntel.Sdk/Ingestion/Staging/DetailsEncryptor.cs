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
        List<(KeyDemand Key, int Row, int Ordinal)> values = Collect(batch);
        for (int done = 0; done < values.Count; )
        {
            using DataKeySet<KeySubject> keys = await encryption
                .RentForEncryptionAsync(DemandOf(batch, values, done), cancellationToken)
                .ConfigureAwait(false);
            done = Encrypt(batch, values, done, keys);
        }
        batch.RejectErased();
    }

    static KeyDemand[] DemandOf(IngestBatch batch, List<(KeyDemand Key, int Row, int Ordinal)> values, int done) =>
        [
            .. values
                .Skip(done)
                .GroupBy(value => value.Key.Subject)
                .Select(uses => uses.First().Key with { Uses = uses.Count() }),
            // Nothing of a person whose key was destroyed is stored, not even if others can read it.
            .. values
                .Skip(done)
                .Where(value => value.Key.Conversation is not null)
                .Select(value => batch.Events[value.Row].Contact)
                .OfType<Guid>()
                .Distinct()
                .Select(contact => new KeyDemand(KeySubject.Person(contact), 1)),
        ];

    static List<(KeyDemand, int, int)> Collect(IngestBatch batch)
    {
        List<(KeyDemand, int, int)> values = [];
        StagedRows rows = batch.Events;
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Details is not { } details)
                continue;
            if (details.Reported.OwnNumber is not null)
                values.Add((new KeyDemand(ScopeKeys.OwnNumbers(rows[i].OccurredAt), 1), i, ScopeKeys.OwnNumberOrdinal));
            for (int part = 0; part < details.Parts.Length; part++)
                values.Add((ContentKeys.DemandOf(rows[i], 1), i, part));
        }
        return values;
    }

    /// <returns>The number of values encrypted; fewer than all if a key has to be requested again.</returns>
    int Encrypt(
        IngestBatch batch,
        List<(KeyDemand Key, int Row, int Ordinal)> values,
        int done,
        DataKeySet<KeySubject> keys
    )
    {
        StagedRows rows = batch.Events;
        for (; done < values.Count; done++)
        {
            (KeyDemand demand, int at, int ordinal) = values[done];
            DataKeyRef key = keys[demand.Subject];
            bool isShredded =
                key.Status == KeyLookup.CryptoShredded
                || (
                    demand.Conversation is not null
                    && rows[at].Contact is { } contact
                    && keys[KeySubject.Person(contact)].Status == KeyLookup.CryptoShredded
                );
            if (isShredded)
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
