using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Contacts;

/// <summary>Moves the stored numbers of an org to the active version of its blind-index key, page by page.</summary>
/// <remarks>
/// It can be killed at any moment and started again: each page is one transaction, and a number that was moved is not
/// read again. Its index is the row that its envelope is bound to, so each is decrypted, indexed, encrypted for the new
/// row and opened there once more before the old row goes.
/// </remarks>
sealed class NumberReindexer(OrgEncryption encryption)
{
    readonly FieldHandle _field = encryption.Fields.Number;
    readonly StoredNumbers _numbers = new(encryption.Session);
    readonly HashSet<ContactId> _failed = [];
    long _reindexed;
    long _dropped;

    internal int PageSize { get; init; } = 1000;

    internal async Task<ReindexProgress> RunAsync(
        IProgress<ReindexProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using BlindIndexKeys keys = await encryption.NumberIndexAsync(cancellationToken).ConfigureAwait(false);
        int version = keys.Active.Version;
        long remaining = await _numbers.CountOutdatedAsync(version, cancellationToken).ConfigureAwait(false);
        // A number that changed while it was moved is moved the next time round.
        for (bool moved = true; moved && remaining > 0; )
        {
            long before = _reindexed + _dropped;
            _failed.Clear();
            Guid? cursor = null;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                List<StoredNumbers.Row> page = await _numbers
                    .ReadOutdatedAsync(version, cursor, PageSize, cancellationToken)
                    .ConfigureAwait(false);
                if (page.Count == 0)
                    break;
                long done = await MoveAsync(page, keys.Active, cancellationToken).ConfigureAwait(false);
                remaining = Math.Max(remaining - done, 0);
                cursor = page[^1].Index;
                progress?.Report(new ReindexProgress(version, _reindexed, _dropped, [.. _failed], remaining));
            }
            remaining = await _numbers.CountOutdatedAsync(version, cancellationToken).ConfigureAwait(false);
            moved = _reindexed + _dropped > before;
        }
        return new ReindexProgress(version, _reindexed, _dropped, [.. _failed], remaining);
    }

    /// <returns>How many of the page are under an older version no more.</returns>
    async Task<long> MoveAsync(
        List<StoredNumbers.Row> page,
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
        List<StoredNumbers.Row> page,
        List<Guid> shredded,
        CancellationToken cancellationToken
    )
    {
        using DecryptionScope scope = await encryption
            .OpenAsync(page.Select(r => r.Number), cancellationToken)
            .ConfigureAwait(false);
        List<(StoredNumbers.Row, PartyAddress)> opened = new(page.Count);
        foreach (StoredNumbers.Row row in page)
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
        // A key whose uses are spent while ingestion draws on it too is asked for again, for what is left.
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

    /// <returns>Null if the key has to be asked for again.</returns>
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

    /// <exception cref="CallIntelException"><c>CI0145</c>: the envelope does not open as the value.</exception>
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
                "A number that was just encrypted for its new index did not open as the same.",
                "Nothing of this page was changed; check the machine's memory and the cryptographic library before trying again."
            );
    }
}
