using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Contacts;

/// <summary>
/// Re-indexes the stored numbers of an org with the active version of its blind-index key, page by page.
/// </summary>
/// <remarks>
/// Can be interrupted at any time and started again: each page is one transaction, and re-indexed numbers are not read
/// again. The index of a number is the row id that its envelope is bound to, so each number is decrypted, indexed,
/// encrypted for the new row and verified before the old row is deleted.
/// </remarks>
sealed class NumberReindexer(OrgEncryption encryption)
{
    readonly FieldHandle _field = encryption.Fields.Number;
    readonly StoredNumbers _numbers = new(encryption.Session, encryption.Gate);
    readonly HashSet<ContactId> _failed = [];
    long _reindexed;
    long _dropped;

    internal int PageSize { get; init; } = 1000;

    internal async Task<ReindexProgress> RunAsync(
        IProgress<ReindexProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        AccessReason reason = encryption.Gate.Reason();
        using BlindIndexKeys keys = await encryption.NumberIndexAsync(cancellationToken).ConfigureAwait(false);
        int version = keys.Active.Version;
        long remaining = await _numbers.CountOutdatedAsync(version, cancellationToken).ConfigureAwait(false);
        // A number that changed in the meantime is re-indexed in the next round.
        for (bool moved = true; moved && remaining > 0; )
        {
            long before = _reindexed + _dropped;
            _failed.Clear();
            Guid? cursor = null;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                FiledRows<StoredNumbers.Row> page = await _numbers
                    .ReadOutdatedAsync(version, cursor, PageSize, reason, cancellationToken)
                    .ConfigureAwait(false);
                if (page.Rows.Count == 0)
                    break;
                long done = await MoveAsync(page, keys.Active, cancellationToken).ConfigureAwait(false);
                remaining = Math.Max(remaining - done, 0);
                cursor = page.Rows[^1].Index;
                progress?.Report(new ReindexProgress(version, _reindexed, _dropped, [.. _failed], remaining));
            }
            remaining = await _numbers.CountOutdatedAsync(version, cancellationToken).ConfigureAwait(false);
            moved = _reindexed + _dropped > before;
        }
        return new ReindexProgress(version, _reindexed, _dropped, [.. _failed], remaining);
    }

    /// <returns>The number of rows of the page that no longer use an older version.</returns>
    async Task<long> MoveAsync(
        FiledRows<StoredNumbers.Row> page,
        BlindIndexKey indexKey,
        CancellationToken cancellationToken
    )
    {
        List<Guid> shredded = [];
        List<(StoredNumbers.Row Row, PartyAddress Party)> opened = await OpenAsync(page, shredded, cancellationToken)
            .ConfigureAwait(false);
        List<StoredNumbers.Move> moves = await EncryptAsync(opened, indexKey, shredded, cancellationToken)
            .ConfigureAwait(false);
        (long replaced, Guid[] claimed) = await _numbers
            .ReplaceAsync(indexKey.Version, moves, cancellationToken)
            .ConfigureAwait(false);
        _reindexed += replaced;
        _failed.UnionWith(claimed.Select(contact => new ContactId(contact)));
        long dropped = await _numbers
            .DropShreddedAsync(shredded, indexKey.Version, cancellationToken)
            .ConfigureAwait(false);
        _dropped += dropped;
        return replaced + dropped;
    }

    async Task<List<(StoredNumbers.Row Row, PartyAddress Party)>> OpenAsync(
        FiledRows<StoredNumbers.Row> page,
        List<Guid> shredded,
        CancellationToken cancellationToken
    )
    {
        using DecryptionScope scope = await encryption
            .OpenAsync(page.Access, page.Rows.Select(r => r.Number), cancellationToken)
            .ConfigureAwait(false);
        List<(StoredNumbers.Row, PartyAddress)> opened = new(page.Rows.Count);
        foreach (StoredNumbers.Row row in page.Rows)
        {
            OpenedText text = scope.Open(_field, row.Index, row.Number);
            if (
                text.Status == DecryptResult.Ok
                && new PartyAddress(row.Kind, text.Text!) is { CanBeIndexed: true } party
            )
                opened.Add((row, party));
            else if (text.Status == DecryptResult.CryptoShredded)
                shredded.Add(row.Index);
            else
                _failed.Add(row.Contact);
        }
        return opened;
    }

    async Task<List<StoredNumbers.Move>> EncryptAsync(
        List<(StoredNumbers.Row Row, PartyAddress Party)> opened,
        BlindIndexKey indexKey,
        List<Guid> shredded,
        CancellationToken cancellationToken
    )
    {
        List<StoredNumbers.Move> moves = new(opened.Count);
        // If ingestion used up a key's limit in the meantime, request the key again for the remaining numbers.
        for (int done = 0; done < opened.Count; )
        {
            KeyDemand[] demands =
            [
                .. opened
                    .Skip(done)
                    .CountBy(o => o.Row.Contact)
                    .Select(c => new KeyDemand(KeySubject.Person(c.Key.Value), c.Value)),
            ];
            using DataKeySet<KeySubject> keys = await encryption
                .RentForEncryptionAsync(demands, cancellationToken)
                .ConfigureAwait(false);
            for (; done < opened.Count; done++)
            {
                (StoredNumbers.Row row, PartyAddress party) = opened[done];
                DataKeyRef key = keys[KeySubject.Person(row.Contact.Value)];
                if (key.Status == KeyLookup.CryptoShredded)
                    shredded.Add(row.Index);
                else if (key.Status != KeyLookup.Ready)
                    _failed.Add(row.Contact);
                else if (TryMove(key, row, party, indexKey) is { } move)
                    moves.Add(move);
                else
                    break;
            }
        }
        return moves;
    }

    /// <returns>Null if the key has to be requested again.</returns>
    StoredNumbers.Move? TryMove(in DataKeyRef key, StoredNumbers.Row row, PartyAddress party, BlindIndexKey indexKey)
    {
        Guid index = party.IndexUnder(indexKey);
        byte[] number = party.ToBytes();
        byte[] envelope = GC.AllocateUninitializedArray<byte>(EnvelopeFormat.GetLength(number.Length, _field.Padding));
        EncryptResult result = FieldCipher.TryEncrypt(key, _field, index, number, envelope, out _);
        if (Envelopes.CanAskAgain(key, result))
            return null;
        if (result != EncryptResult.Ok)
            throw Envelopes.Unavailable();
        Verify(key, _field, index, envelope, party.Value);
        return new(row, index, envelope);
    }

    /// <exception cref="CallIntelException"><c>CI0145</c>: the envelope does not decrypt to the value.</exception>
    internal static void Verify(
        in DataKeyRef key,
        FieldHandle field,
        Guid row,
        ReadOnlySpan<byte> envelope,
        string value
    )
    {
        if (
            FieldCipher.TryDecryptText(key, field, row, envelope, out string? opened) != DecryptResult.Ok
            || opened != value
        )
            throw new CallIntelException(
                CryptoErrorCodes.ReindexVerificationFailed,
                "A number that was encrypted for its new index did not decrypt to the same value.",
                "Nothing of this page was changed. Check the memory of the machine and its cryptographic library, "
                    + "then run the rotation again."
            );
    }
}
