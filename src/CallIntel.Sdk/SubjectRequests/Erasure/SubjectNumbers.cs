using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Reads the numbers of contacts that are about to be erased. The access is filed like any other.</summary>
sealed class SubjectNumbers(OrgEncryption encryption)
{
    const string Sql = "select kind, number_index, number from callintel.read_contact_numbers($1)";

    static readonly ProtectedRead Read = new(Sql, 1, [new("number", ProtectedFields.ContactNumber)]);

    readonly record struct Stored(NumberKind Kind, Guid Index, byte[] Number);

    /// <returns>The numbers that can still be decrypted.</returns>
    internal async Task<List<PartyAddress>> ReadAsync(
        IReadOnlyList<ContactId> contacts,
        CancellationToken cancellationToken
    )
    {
        AccessReason reason = encryption.Gate.Reason(AccessPurpose.SubjectRequest);
        List<PartyAddress> numbers = [];
        foreach (ContactId contact in contacts)
        {
            (List<Stored> page, FiledAccess? access) = await encryption
                .Gate.ListAsync(
                    new ProtectedCall<Stored>(Read, new NpgsqlBatchCommand(Sql).With(contact.Value), row => new Stored(
                        (NumberKind)row.GetInt16(0),
                        row.GetGuid(1),
                        row.GetFieldValue<byte[]>(2)
                    ))
                    {
                        Contacts = [contact.Value],
                    },
                    reason,
                    cancellationToken
                )
                .ConfigureAwait(false);
            using DecryptionScope scope = await encryption
                .OpenAsync(access, page.Select(n => n.Number), cancellationToken)
                .ConfigureAwait(false);
            foreach (Stored number in page)
                if (scope.Open(encryption.Fields.Number, number.Index, number.Number).Text is { } text)
                    numbers.Add(new PartyAddress(number.Kind, text));
        }
        return numbers;
    }

    /// <summary>Computes the digests by which ingestion recognizes numbers.</summary>
    internal async Task<Guid[]> DigestsAsync(
        IReadOnlyCollection<PartyAddress> numbers,
        CancellationToken cancellationToken
    )
    {
        if (numbers.Count == 0)
            return [];
        using BlindIndexKey key = await encryption.SuppressionKeyAsync(cancellationToken).ConfigureAwait(false);
        return [.. numbers.Select(number => number.IndexUnder(key))];
    }
}
