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

    /// <summary>
    /// What to call the contacts of a list on a screen, whatever the role: masked for viewers, by name or number for
    /// the others.
    /// </summary>
    /// <param name="contacts">The contacts. May repeat.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The labels by contact, without those that the session's member may not see.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyDictionary<ContactId, ContactLabel>> ListLabelsAsync(
        IReadOnlyCollection<ContactId> contacts,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(contacts);
        List<(Guid Contact, byte[]? Name, Guid Index, byte[]? Number)> stored = await _session
            .ListAsync(
                new NpgsqlBatchCommand(LabelsSql).With(Distinct(contacts)),
                row =>
                    (
                        row.GetGuid(0),
                        row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1),
                        row.IsDBNull(2) ? default : row.GetGuid(2),
                        row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3)
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        using DecryptionScope scope = await _encryption
            .OpenAsync(stored.SelectMany(c => (byte[]?[])[c.Name, c.Number]), cancellationToken)
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
