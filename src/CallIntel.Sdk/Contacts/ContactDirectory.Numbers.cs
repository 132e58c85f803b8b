using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using Npgsql;

namespace CallIntel.Sdk.Contacts;

public sealed partial class ContactDirectory
{
    const string FirstNumbersSql =
        "select contact_id, kind, number_index, number from callintel.read_first_numbers($1)";

    /// <summary>The oldest number of each contact, in one round trip, without those that have none or that the session's member may not see.</summary>
    internal async Task<Dictionary<ContactId, ContactNumber>> ListFirstNumbersAsync(
        IReadOnlyCollection<ContactId> contacts,
        CancellationToken cancellationToken
    )
    {
        if (contacts.Count == 0)
            return [];
        List<(Guid Contact, NumberKind Kind, Guid Index, byte[] Number)> stored = await _session
            .ListAsync(
                Command(
                    FirstNumbersSql,
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. contacts.Select(c => c.Value).Distinct()] }
                ),
                row => (row.GetGuid(0), (NumberKind)row.GetInt16(1), row.GetGuid(2), row.GetFieldValue<byte[]>(3)),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (stored.Count == 0)
            return [];
        FieldEncryption encryption = _session.Source.Encryption;
        FieldHandle field = encryption.FieldsOf(_session.Identity.Org).Number;
        using DataKeySet<KeyId> keys = await encryption
            .RentForDecryptionAsync(_session, Envelopes.KeysOf(stored.Select(n => n.Number)), cancellationToken)
            .ConfigureAwait(false);
        Dictionary<ContactId, ContactNumber> numbers = [];
        foreach ((Guid contact, NumberKind kind, Guid index, byte[] number) in stored)
        {
            DecryptResult status = Envelopes.TryDecryptText(keys, field, index, number, out string? value);
            numbers.Add(new ContactId(contact), new ContactNumber(kind, value) { Status = status });
        }
        return numbers;
    }
}
