using System.Text;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Contacts;

public sealed partial class ContactDirectory
{
    const string NamesSql = "select contact_id, display_name from callintel.read_contact_names($1)";
    static readonly ProtectedRead NamesRead = new(
        NamesSql,
        1,
        [new("display_name", ProtectedFields.ContactName)],
        contacts: "contact_id"
    );

    const string MayNameSql = "select is_allowed, is_found from callintel.may_name_contact($1)";
    const string NameSql = "select callintel.set_contact_name($1, $2)";

    /// <summary>Finds the display name of a contact.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The name; null if the contact has none or the member may not see it.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<ContactName?> FindDisplayNameAsync(
        ContactId contact,
        CancellationToken cancellationToken = default
    ) => (await ListDisplayNamesAsync([contact], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(contact);

    /// <summary>
    /// Returns the display names of a list of contacts. One round trip reads all names, and a second one the keys that
    /// are not cached.
    /// </summary>
    /// <param name="contacts">The contacts. Duplicates are allowed.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The names by contact. Contacts without a name and contacts that the member may not see are omitted.
    /// </returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0291</c> more than 1,000 contacts are requested and the session has no purpose; <c>CI0290</c> the access
    /// could not be recorded. Other codes: the connection or the session failed.
    /// </exception>
    public async Task<IReadOnlyDictionary<ContactId, ContactName>> ListDisplayNamesAsync(
        IReadOnlyCollection<ContactId> contacts,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(contacts);
        Dictionary<ContactId, ContactName> names = [];
        if (contacts.Count == 0)
            return names;
        Guid[] ids = Distinct(contacts);
        RequirePurposeForMany(ids, "Reading the names of many contacts");
        (List<(Guid Contact, byte[] Name)> stored, FiledAccess? access) = await _encryption
            .Gate.ListAsync(
                new ProtectedCall<(Guid Contact, byte[] Name)>(
                    NamesRead,
                    new NpgsqlBatchCommand(NamesSql).With(ids),
                    row => (row.GetGuid(0), row.GetFieldValue<byte[]>(1))
                ),
                _encryption.Gate.Reason(),
                cancellationToken
            )
            .ConfigureAwait(false);
        using DecryptionScope scope = await _encryption
            .OpenAsync(access, stored.Select(n => n.Name), cancellationToken)
            .ConfigureAwait(false);
        foreach ((Guid contact, byte[] name) in stored)
        {
            OpenedText text = scope.Open(_encryption.Fields.DisplayName, contact, name);
            names.Add(new ContactId(contact), new ContactName(text.Text) { Status = text.Status });
        }
        return names;
    }

    /// <summary>
    /// Sets or removes the display name of a contact. The name is encrypted with the person's key and becomes
    /// unreadable when that key is crypto-shredded.
    /// </summary>
    /// <param name="contact">The contact.</param>
    /// <param name="name">The name, stored unchanged; null removes the name.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// The audit log records who changed the name of which contact, but not the name. Requires
    /// <see cref="Permission.WriteContacts"/>.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0151</c> the name is blank, longer than <see cref="ContactName.MaxLength"/>, or contains control characters
    /// or unpaired surrogates; <c>CI0005</c> the role does not include the permission; <c>CI0152</c> the contact does
    /// not exist or the member may not see it; <c>CI0026</c> the person was erased.
    /// </exception>
    public async Task SetDisplayNameAsync(
        ContactId contact,
        string? name,
        CancellationToken cancellationToken = default
    )
    {
        if (name is not null)
            NameText.ThrowIfInvalid(name);
        // Check the permission before using the key: creating or refusing a key would reveal that a contact exists that
        // the member may not see.
        (bool allowed, bool exists) = await MayNameAsync(contact, cancellationToken).ConfigureAwait(false);
        if (!allowed)
            throw new CallIntelException(
                ErrorCodes.NotAllowed,
                "The member's role does not include the permission WriteContacts.",
                "Ask an admin of the org to change the member's role."
            );
        if (!exists)
            throw new CallIntelException(
                ErrorCodes.ContactNotFound,
                "There is no such contact, or none that this member may see.",
                "Take the id from an event or from FindByNumberAsync."
            );

        NpgsqlBatchCommand command = new NpgsqlBatchCommand(NameSql).With(contact.Value);
        byte[]? envelope = name is null
            ? null
            : await EncryptNameAsync(contact, name, cancellationToken).ConfigureAwait(false);
        command.With(envelope);
        await _session.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    async Task<(bool Allowed, bool Exists)> MayNameAsync(ContactId contact, CancellationToken cancellationToken) =>
        (
            await _session
                .ListAsync(
                    new NpgsqlBatchCommand(MayNameSql).With(contact.Value),
                    row => (row.GetBoolean(0), row.GetBoolean(1)),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];

    async Task<byte[]> EncryptNameAsync(ContactId contact, string name, CancellationToken cancellationToken)
    {
        KeySubject person = KeySubject.Person(contact.Value);
        using DataKeySet<KeySubject> keys = await _encryption
            .RentForEncryptionAsync([new KeyDemand(person, 1)], cancellationToken)
            .ConfigureAwait(false);
        return Envelopes.Encrypt(
            keys[person],
            _encryption.Fields.DisplayName,
            contact.Value,
            Encoding.UTF8.GetBytes(name)
        );
    }
}
