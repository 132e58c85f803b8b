using System.Runtime.InteropServices;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Ingestion.Rejects;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Encrypts the protected values of a batch. The keys of about two thousand people are read in one round trip, or in
/// none if they are cached; missing keys are created in a second one.
/// </summary>
sealed partial class BatchEncryptor(OrgEncryption encryption, Guid run) : IIngestProtection
{
    readonly OrgFields _fields = encryption.Fields;

    // The values and subjects of the current portion; reused for the next one.
    readonly List<EncryptedValue> _values = [];
    readonly List<KeySubject> _subjects = [];
    readonly Dictionary<KeySubject, int> _places = [];
    Dictionary<int, KeyConversation>? _conversations;

    public async Task ProtectAsync(IngestBatch batch, CancellationToken cancellationToken)
    {
        for (int row = 0; row < batch.Events.Count; )
        {
            Clear();
            row = CollectRows(batch.Events, row);
            await EncryptAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        Clear();
        CollectRejects(batch.Rejects);
        await EncryptAsync(batch, cancellationToken).ConfigureAwait(false);
        batch.RejectErased();
    }

    async Task EncryptAsync(IngestBatch batch, CancellationToken cancellationToken)
    {
        // If other processes used up a key's limit in the meantime, request the key again for the remaining values.
        for (int done = 0; done < _values.Count; )
        {
            using DataKeySet<KeySubject> keys = await encryption
                .RentForEncryptionAsync(DemandOf(CollectionsMarshal.AsSpan(_values)[done..]), cancellationToken)
                .ConfigureAwait(false);
            done = Encrypt(batch, done, [.. _subjects.Select(subject => keys[subject])]);
        }
    }

    /// <summary>
    /// A protected value of a batch: its row and column, and the index of its key among the subjects of the portion. If
    /// that is the key of a conversation, also the index of the key of the contact, which must not be destroyed.
    /// </summary>
    readonly record struct EncryptedValue(int Subject, int Index, byte Column, int Contact = -1);

    const byte Body = 0,
        Transcript = 1,
        Summary = 2,
        Raw = 3;

    void Clear()
    {
        _values.Clear();
        _subjects.Clear();
        _places.Clear();
        _conversations?.Clear();
    }

    /// <returns>The first row of the next portion.</returns>
    int CollectRows(StagedRows rows, int first)
    {
        for (int i = first; i < rows.Count; i++)
        {
            if (_subjects.Count >= IIngestProtection.AtATime)
                return i;
            ref StagedEvent row = ref rows[i];
            if (row.Body is null && row.Transcript is null && row.Summary is null)
                continue;
            int place = PlaceOf(ContentKeys.Of(row));
            int contact = -1;
            if (row.Conversation is { } conversation)
            {
                (_conversations ??= [])[place] = conversation;
                contact = row.Contact is { } known ? PlaceOf(KeySubject.Person(known)) : -1;
            }
            if (row.Body is not null)
                _values.Add(new(place, i, Body, contact));
            if (row.Transcript is not null)
                _values.Add(new(place, i, Transcript, contact));
            if (row.Summary is not null)
                _values.Add(new(place, i, Summary, contact));
        }
        return rows.Count;
    }

    void CollectRejects(List<Reject> rejects)
    {
        for (int i = 0; i < rejects.Count; i++)
            if (rejects[i].Raw is not null)
                _values.Add(new(PlaceOf(ScopeKeys.Rejects(encryption.Session.Time.GetUtcNow())), i, Raw));
    }

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

    KeyDemand[] DemandOf(ReadOnlySpan<EncryptedValue> values)
    {
        int[] uses = new int[_subjects.Count];
        foreach (EncryptedValue value in values)
        {
            uses[value.Subject]++;
            if (value.Contact >= 0)
                uses[value.Contact] = Math.Max(uses[value.Contact], 1);
        }
        return
        [
            .. _subjects
                .Select(
                    (subject, place) =>
                        new KeyDemand(subject, uses[place]) { Conversation = _conversations?.GetValueOrDefault(place) }
                )
                .Where((_, place) => uses[place] > 0),
        ];
    }

    /// <returns>The number of values encrypted; fewer than all if a key has to be requested again.</returns>
    int Encrypt(IngestBatch batch, int done, DataKeyRef[] keys)
    {
        StagedRows rows = batch.Events;
        Span<Reject> rejects = CollectionsMarshal.AsSpan(batch.Rejects);
        for (; done < _values.Count; done++)
        {
            EncryptedValue value = _values[done];
            DataKeyRef key = keys[value.Subject];
            bool isShredded =
                key.Status == KeyLookup.CryptoShredded
                || (value.Contact >= 0 && keys[value.Contact].Status == KeyLookup.CryptoShredded);
            if (isShredded && value.Column != Raw)
            {
                rows[value.Index].Erased = true;
                continue;
            }
            EncryptResult result =
                value.Column == Raw
                    ? Encrypt(key, ref rejects[value.Index])
                    : Encrypt(key, value.Column, ref rows[value.Index], batch.Envelopes);
            if (Envelopes.CanAskAgain(key, result))
                return done;
            if (result != EncryptResult.Ok)
                throw Envelopes.Unavailable();
        }
        return done;
    }

    EncryptResult Encrypt(in DataKeyRef key, byte column, ref StagedEvent row, EnvelopeBuffer envelopes) =>
        column switch
        {
            Body => Encrypt(key, _fields.Body, row.Id, ref row.Body, envelopes, out row.StoredBody),
            Transcript => Encrypt(
                key,
                _fields.Transcript,
                row.Id,
                ref row.Transcript,
                envelopes,
                out row.StoredTranscript
            ),
            _ => Encrypt(key, _fields.Summary, row.Id, ref row.Summary, envelopes, out row.StoredSummary),
        };

    /// <summary>Encrypts a text directly into its envelope, without another copy of the text.</summary>
    static EncryptResult Encrypt(
        in DataKeyRef key,
        FieldHandle field,
        Guid rowId,
        ref string? text,
        EnvelopeBuffer envelopes,
        out ReadOnlyMemory<byte> envelope
    )
    {
        Memory<byte> taken = envelopes.Take(FieldCipher.GetEnvelopeLength(field, text));
        EncryptResult result = FieldCipher.TryEncryptText(key, field, rowId, text, taken.Span, out int written);
        envelope = taken[..written];
        if (result == EncryptResult.Ok)
            text = null;
        return result;
    }

    EncryptResult Encrypt(in DataKeyRef key, ref Reject reject)
    {
        byte[] envelope = GC.AllocateUninitializedArray<byte>(
            EnvelopeFormat.GetLength(reject.Raw!.Length, _fields.RejectRaw.Padding)
        );
        EncryptResult result = FieldCipher.TryEncrypt(
            key,
            _fields.RejectRaw,
            ScopeKeys.RejectRowId(run, reject.Ordinal),
            reject.Raw,
            envelope,
            out _
        );
        if (result == EncryptResult.Ok)
            reject.Raw = envelope;
        return result;
    }
}
