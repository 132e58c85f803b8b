using CallIntel.Sdk.Audit;
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

    static readonly ProtectedRead FirstNumbersRead = new(
        FirstNumbersSql,
        1,
        [new("number", ProtectedFields.ContactNumber)],
        contacts: "contact_id"
    );

    readonly record struct StoredNumber(Guid Contact, NumberKind Kind, Guid Index, byte[] Number)
    {
        internal DateTimeOffset? ReplacedAt { get; init; }
    }

    /// <summary>
    /// Returns the oldest number in use of each contact in one round trip. Contacts without numbers and contacts that
    /// the member may not see are omitted.
    /// </summary>
    internal async Task<Dictionary<ContactId, ContactNumber>> ListFirstNumbersAsync(
        IReadOnlyCollection<ContactId> contacts,
        AccessReason reason,
        CancellationToken cancellationToken
    )
    {
        if (contacts.Count == 0)
            return [];
        (List<StoredNumber> stored, FiledAccess? access) = await _encryption
            .Gate.ListAsync(
                new ProtectedCall<StoredNumber>(
                    FirstNumbersRead,
                    new NpgsqlBatchCommand(FirstNumbersSql).With(Distinct(contacts)),
                    row => new StoredNumber(
                        row.GetGuid(0),
                        (NumberKind)row.GetInt16(1),
                        row.GetGuid(2),
                        row.GetFieldValue<byte[]>(3)
                    )
                ),
                reason,
                cancellationToken
            )
            .ConfigureAwait(false);
        using DecryptionScope scope = await _encryption
            .OpenAsync(access, stored.Select(n => n.Number), cancellationToken)
            .ConfigureAwait(false);
        return stored.ToDictionary(n => new ContactId(n.Contact), n => Open(scope, n.Kind, n.Index, n.Number));
    }
}
