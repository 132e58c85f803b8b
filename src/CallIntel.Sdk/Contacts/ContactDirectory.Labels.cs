using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Contacts;

public sealed partial class ContactDirectory
{
    const string LabelsSql =
        "select contact_id, display_name, number_index, number from callintel.read_contact_labels($1)";

    static readonly ProtectedRead LabelsRead = new(
        LabelsSql,
        1,
        [new("display_name", ProtectedFields.ContactName), new("number", ProtectedFields.ContactNumber)],
        contacts: "contact_id"
    );

    readonly record struct StoredLabel(Guid Contact, byte[]? Name, Guid Index, byte[]? Number);

    /// <summary>
    /// Returns display labels for a list of contacts, in one round trip. Labels are masked for viewers; other roles get
    /// the name or a number.
    /// </summary>
    /// <param name="contacts">The contacts. Duplicates are allowed.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The labels by contact. Contacts that the member may not see are omitted.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0291</c> more than 1,000 contacts are requested and the session has no purpose; <c>CI0290</c> the access
    /// could not be recorded. Other codes: the connection or the session failed.
    /// </exception>
    public async Task<IReadOnlyDictionary<ContactId, ContactLabel>> ListLabelsAsync(
        IReadOnlyCollection<ContactId> contacts,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(contacts);
        Guid[] ids = Distinct(contacts);
        RequirePurposeForMany(ids, "Reading the labels of many contacts");
        (List<StoredLabel> stored, FiledAccess? access) = await _encryption
            .Gate.ListAsync(
                new ProtectedCall<StoredLabel>(
                    LabelsRead,
                    new NpgsqlBatchCommand(LabelsSql).With(ids),
                    row => new StoredLabel(
                        row.GetGuid(0),
                        row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1),
                        row.IsDBNull(2) ? default : row.GetGuid(2),
                        row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3)
                    )
                ),
                _encryption.Gate.Reason(),
                cancellationToken
            )
            .ConfigureAwait(false);
        using DecryptionScope scope = await _encryption
            .OpenAsync(access, stored.SelectMany(c => (byte[]?[])[c.Name, c.Number]), cancellationToken)
            .ConfigureAwait(false);
        OrgFields fields = _encryption.Fields;
        return stored.ToDictionary(
            c => new ContactId(c.Contact),
            c =>
                scope.Open(fields.DisplayName, c.Contact, c.Name).Text is { } name
                    ? new ContactLabel(name, ContactLabelKind.Name)
                : scope.Open(fields.Number, c.Index, c.Number).Text is { } number
                    ? new ContactLabel(number, ContactLabelKind.Number)
                : ContactLabel.Masked(c.Contact)
        );
    }
}
