using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Contacts;

public sealed partial class ContactDirectory
{
    const string FirstNumbersSql =
        "select contact_id, kind, number_index, number from callintel.read_first_numbers($1)";

    /// <summary>
    /// The oldest number of each contact, in one round trip, without those that have none or that the session's member
    /// may not see.
    /// </summary>
    internal async Task<Dictionary<ContactId, ContactNumber>> ListFirstNumbersAsync(
        IReadOnlyCollection<ContactId> contacts,
        CancellationToken cancellationToken
    )
    {
        if (contacts.Count == 0)
            return [];
        List<(Guid Contact, NumberKind Kind, Guid Index, byte[] Number)> stored = await _session
            .ListAsync(
                new NpgsqlBatchCommand(FirstNumbersSql).With(Distinct(contacts)),
                row => (row.GetGuid(0), (NumberKind)row.GetInt16(1), row.GetGuid(2), row.GetFieldValue<byte[]>(3)),
                cancellationToken
            )
            .ConfigureAwait(false);
        using DecryptionScope scope = await _encryption
            .OpenAsync(stored.Select(n => n.Number), cancellationToken)
            .ConfigureAwait(false);
        return stored.ToDictionary(n => new ContactId(n.Contact), n => Open(scope, n.Kind, n.Index, n.Number));
    }
}
