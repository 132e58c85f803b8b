using System.Runtime.InteropServices;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Encryption;

/// <summary>Turns the protected values of a batch into envelopes: the keys of all its people are found or made in one round trip, or in none.</summary>
sealed partial class BatchEncryptor(OrgSession session, Guid run) : IIngestProtection
{
    readonly FieldEncryption _encryption = session.Source.Encryption;
    readonly OrgFields _fields = session.Source.Encryption.FieldsOf(session.Identity.Org);

    public async Task ProtectAsync(IngestBatch batch, CancellationToken cancellationToken)
    {
        EncryptedValue[] values = Collect(batch);
        if (values.Length == 0)
            return;
        // A key whose uses are spent while others draw on it too is asked for again, for what is left.
        for (int done = 0; done < values.Length;)
        {
            using DataKeySet<KeySubject> keys = await _encryption.RentForEncryptionAsync(session, DemandOf(values.AsSpan(done)), cancellationToken).ConfigureAwait(false);
            done = Encrypt(batch, values, done, keys);
        }
        MoveErasedToRejects(batch);
    }

    /// <summary>One protected value of a batch: where it stands and whose key it takes. Sorted by key, so that a run of one key is one rent.</summary>
    readonly record struct EncryptedValue(KeySubject Subject, int Index, byte Column);

    const byte Body = 0, Transcript = 1, Summary = 2, Raw = 3;

    EncryptedValue[] Collect(IngestBatch batch)
    {
        List<EncryptedValue> values = new(batch.Count);
        Span<StagedEvent> rows = CollectionsMarshal.AsSpan(batch.Events);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Body is null && rows[i].Transcript is null && rows[i].Summary is null)
                continue;
            KeySubject subject = rows[i].Contact is { } contact ? KeySubject.Person(contact) : ScopeKeys.Contents(rows[i].OccurredAt);
            if (rows[i].Body is not null)
                values.Add(new(subject, i, Body));
            if (rows[i].Transcript is not null)
                values.Add(new(subject, i, Transcript));
            if (rows[i].Summary is not null)
                values.Add(new(subject, i, Summary));
        }
        KeySubject rejects = ScopeKeys.Rejects(session.Source.Time.GetUtcNow());
        for (int i = 0; i < batch.Rejects.Count; i++)
            if (batch.Rejects[i].Raw is not null)
                values.Add(new(rejects, i, Raw));
        return [.. values];
    }

    static KeyDemand[] DemandOf(ReadOnlySpan<EncryptedValue> values)
    {
        Dictionary<KeySubject, int> uses = [];
        foreach (EncryptedValue value in values)
            CollectionsMarshal.GetValueRefOrAddDefault(uses, value.Subject, out _)++;
        return [.. uses.Select(u => new KeyDemand(u.Key, u.Value))];
    }

    /// <returns>How many values are done; fewer than all if a key's allowance ran out.</returns>
    int Encrypt(IngestBatch batch, EncryptedValue[] values, int done, DataKeySet<KeySubject> keys)
    {
        Span<StagedEvent> rows = CollectionsMarshal.AsSpan(batch.Events);
        Span<Reject> rejects = CollectionsMarshal.AsSpan(batch.Rejects);
        for (; done < values.Length; done++)
        {
            EncryptedValue value = values[done];
            DataKeyLease lease = keys[value.Subject];
            if (lease.Status == KeyLookup.Shredded && value.Column != Raw)
            {
                rows[value.Index].Erased = true;
                continue;
            }
            EncryptResult result = lease.Status != KeyLookup.Ready ? EncryptResult.KeyUnavailable
                : value.Column == Raw ? Encrypt(lease.Key, _fields.RejectRaw, ScopeKeys.RejectRowId(run, rejects[value.Index].Ordinal), ref rejects[value.Index].Raw)
                : Encrypt(lease.Key, value.Column, ref rows[value.Index]);
            if (result == EncryptResult.AllowanceExhausted)
                return done;
            if (result != EncryptResult.Ok)
                throw Envelopes.Unavailable();
        }
        return done;
    }

    EncryptResult Encrypt(DataKey key, byte column, ref StagedEvent row) => column switch
    {
        Body => Encrypt(key, _fields.Body, row.Id, ref row.Body),
        Transcript => Encrypt(key, _fields.Transcript, row.Id, ref row.Transcript),
        _ => Encrypt(key, _fields.Summary, row.Id, ref row.Summary),
    };

    static EncryptResult Encrypt(DataKey key, FieldHandle field, Guid rowId, ref byte[]? value)
    {
        byte[] envelope = GC.AllocateUninitializedArray<byte>(EnvelopeFormat.GetLength(value!.Length, field.Padding));
        EncryptResult result = FieldCipher.TryEncrypt(key, field, rowId, value, envelope, out _);
        if (result == EncryptResult.Ok)
            value = envelope;
        return result;
    }

    static void MoveErasedToRejects(IngestBatch batch)
    {
        foreach (StagedEvent row in batch.Events)
            if (row.Erased)
                batch.Rejects.Add(new Reject { Ordinal = row.Ordinal, Reason = RejectReason.SubjectErased });
        batch.Events.RemoveAll(row => row.Erased);
    }
}
