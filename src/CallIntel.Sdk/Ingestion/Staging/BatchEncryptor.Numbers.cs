using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;

namespace CallIntel.Sdk.Ingestion.Staging;

sealed partial class BatchEncryptor
{
    public Task<T> WithNumberIndexAsync<T>(Func<NumberIndex, Task<T>> lookUp, CancellationToken cancellationToken) =>
        encryption.WithNumberIndexAsync(
            keys =>
                lookUp(
                    new(
                        keys.Active.Version,
                        [
                            .. keys.All.Select<BlindIndexKey, Func<PartyAddress, Guid>>(key =>
                                party => party.IndexUnder(key)
                            ),
                        ]
                    )
                ),
            cancellationToken
        );

    public async Task<Guid[]> SuppressionDigestsAsync(PartyAddress[] parties, CancellationToken cancellationToken)
    {
        using BlindIndexKey key = await encryption.SuppressionKeyAsync(cancellationToken).ConfigureAwait(false);
        return [.. parties.Select(party => party.IndexUnder(key))];
    }

    /// <summary>
    /// Encrypts each number with the key of the contact it is proposed for, and binds it to its blind index.
    /// </summary>
    public async Task<byte[][]> ProtectAsync(
        PartyAddress[] parties,
        Guid[] contacts,
        Guid[] indexes,
        CancellationToken cancellationToken
    )
    {
        byte[][] numbers = new byte[parties.Length][];
        using DataKeySet<KeySubject> keys = await encryption
            .RentForEncryptionAsync(
                [.. contacts.Select(id => new KeyDemand(KeySubject.Person(id), 1))],
                cancellationToken
            )
            .ConfigureAwait(false);
        for (int i = 0; i < parties.Length; i++)
            numbers[i] = Envelopes.Encrypt(
                keys[KeySubject.Person(contacts[i])],
                _fields.Number,
                indexes[i],
                parties[i].ToBytes()
            );
        return numbers;
    }
}
