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

    // those of the present batch, used again for the next
    readonly List<EncryptedValue> _values = [];
    readonly List<KeySubject> _subjects = [];
    readonly Dictionary<KeySubject, int> _places = [];

    public async Task ProtectAsync(IngestBatch batch, CancellationToken cancellationToken)
    {
        Collect(batch);
        // A key whose uses are spent while others draw on it too is asked for again, for what is left.
        for (int done = 0; done < _values.Count;)
        {
            using DataKeySet<KeySubject> keys = await _encryption.RentForEncryptionAsync(
                session, DemandOf(CollectionsMarshal.AsSpan(_values)[done..]), cancellationToken).ConfigureAwait(false);
            DataKeyLease[] leases = [.. _subjects.Select(subject => keys[subject])];
            done = Encrypt(batch, done, leases);
        }
        batch.RejectErased();
    }

    /// <summary>One protected value of a batch: where it stands, and whose key it takes by its place among the batch's subjects.</summary>
    readonly record struct EncryptedValue(int Subject, int Index, byte Column);

    const byte Body = 0, Transcript = 1, Summary = 2, Raw = 3;

    void Collect(IngestBatch batch)
    {
        _values.Clear();
        _subjects.Clear();
        _places.Clear();
        Span<StagedEvent> rows = batch.Events.Span;
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Body is null && rows[i].Transcript is null && rows[i].Summary is null)
                continue;
            int place = PlaceOf(rows[i].Contact is { } contact ? KeySubject.Person(contact) : ScopeKeys.Contents(rows[i].OccurredAt));
            if (rows[i].Body is not null)
                _values.Add(new(place, i, Body));
            if (rows[i].Transcript is not null)
                _values.Add(new(place, i, Transcript));
            if (rows[i].Summary is not null)
                _values.Add(new(place, i, Summary));
        }
        for (int i = 0; i < batch.Rejects.Count; i++)
            if (batch.Rejects[i].Raw is not null)
                _values.Add(new(PlaceOf(ScopeKeys.Rejects(session.Source.Time.GetUtcNow())), i, Raw));

        int PlaceOf(KeySubject subject)
        {
            ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, subject, out bool known);
            if (!known)
            {
                place = _subjects.Count;
                _subjects.Add(subject);
            }
            return place;
        }
    }

    KeyDemand[] DemandOf(ReadOnlySpan<EncryptedValue> values)
    {
        int[] uses = new int[_subjects.Count];
        foreach (EncryptedValue value in values)
            uses[value.Subject]++;
        return [.. _subjects.Select((subject, place) => new KeyDemand(subject, uses[place])).Where((_, place) => uses[place] > 0)];
    }

    /// <returns>How many values are done; fewer than all if a key's allowance ran out.</returns>
    int Encrypt(IngestBatch batch, int done, DataKeyLease[] leases)
    {
        Span<StagedEvent> rows = batch.Events.Span;
        Span<Reject> rejects = CollectionsMarshal.AsSpan(batch.Rejects);
        for (; done < _values.Count; done++)
        {
            EncryptedValue value = _values[done];
            DataKeyLease lease = leases[value.Subject];
            if (lease.Status == KeyLookup.Shredded && value.Column != Raw)
            {
                rows[value.Index].Erased = true;
                continue;
            }
            EncryptResult result = lease.Status != KeyLookup.Ready ? EncryptResult.KeyUnavailable
                : value.Column == Raw ? Encrypt(lease.Key, ref rejects[value.Index])
                : Encrypt(lease.Key, value.Column, ref rows[value.Index], batch.Envelopes);
            if (result == EncryptResult.AllowanceExhausted)
                return done;
            if (result != EncryptResult.Ok)
                throw Envelopes.Unavailable();
        }
        return done;
    }

    EncryptResult Encrypt(DataKey key, byte column, ref StagedEvent row, EnvelopeBuffer envelopes) => column switch
    {
        Body => Encrypt(key, _fields.Body, row.Id, ref row.Body, envelopes, out row.StoredBody),
        Transcript => Encrypt(key, _fields.Transcript, row.Id, ref row.Transcript, envelopes, out row.StoredTranscript),
        _ => Encrypt(key, _fields.Summary, row.Id, ref row.Summary, envelopes, out row.StoredSummary),
    };

    /// <summary>Straight from the text into its envelope: no other copy of it is made.</summary>
    static EncryptResult Encrypt(DataKey key, FieldHandle field, Guid rowId, ref string? text, EnvelopeBuffer envelopes, out ReadOnlyMemory<byte> envelope)
    {
        Memory<byte> taken = envelopes.Take(FieldCipher.GetEnvelopeLength(field, text));
        EncryptResult result = FieldCipher.TryEncryptText(key, field, rowId, text, taken.Span, out int written);
        envelope = taken[..written];
        if (result == EncryptResult.Ok)
            text = null;
        return result;
    }

    EncryptResult Encrypt(DataKey key, ref Reject reject)
    {
        byte[] envelope = GC.AllocateUninitializedArray<byte>(EnvelopeFormat.GetLength(reject.Raw!.Length, _fields.RejectRaw.Padding));
        EncryptResult result = FieldCipher.TryEncrypt(key, _fields.RejectRaw, ScopeKeys.RejectRowId(run, reject.Ordinal), reject.Raw, envelope, out _);
        if (result == EncryptResult.Ok)
            reject.Raw = envelope;
        return result;
    }
}
