using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Encryption;

sealed partial class BatchEncryptor
{
    public async ValueTask<Dictionary<Guid, PartyAddress>> IndexAsync(IReadOnlyCollection<PartyAddress> parties, CancellationToken cancellationToken)
    {
        BlindIndexKeys keys = await _encryption.NumberIndexAsync(session, cancellationToken).ConfigureAwait(false);
        Dictionary<Guid, PartyAddress> digests = new(parties.Count);
        foreach (PartyAddress party in parties)
            foreach (BlindIndexKey key in keys.All)
                digests.TryAdd(party.IndexUnder(key), party);
        return digests;
    }

    /// <summary>Each number under the key of the contact it is proposed for, bound to its index.</summary>
    public async ValueTask<(Guid[] Indexes, byte[][] Numbers)> ProtectAsync(PartyAddress[] parties, Guid[] contacts, CancellationToken cancellationToken)
    {
        BlindIndexKeys indexKeys = await _encryption.NumberIndexAsync(session, cancellationToken).ConfigureAwait(false);
        Guid[] indexes = [.. parties.Select(p => p.IndexUnder(indexKeys.Active))];
        byte[][] numbers = new byte[parties.Length][];
        using DataKeySet<KeySubject> keys = await _encryption.RentForEncryptionAsync(
            session, [.. contacts.Select(id => new KeyDemand(KeySubject.Person(id), 1))], cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < parties.Length; i++)
            numbers[i] = Envelopes.Encrypt(keys[KeySubject.Person(contacts[i])], _fields.Number, indexes[i], parties[i].ToBytes());
        return (indexes, numbers);
    }
}
