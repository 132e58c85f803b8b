using System.Globalization;
using System.Text;
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
    const string MayNameSql = "select is_allowed, is_found from callintel.may_name_contact($1)";
    const string NameSql = "select callintel.set_contact_name($1, $2)";

    /// <summary>What one contact is called.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>Null if it has no name, or the session's member may not see it.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<ContactName?> FindDisplayNameAsync(
        ContactId contact,
        CancellationToken cancellationToken = default
    ) => (await ListDisplayNamesAsync([contact], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(contact);

    /// <summary>
    /// What the contacts of a list are called: one round trip for all names, and one for the keys that are not in
    /// memory.
    /// </summary>
    /// <param name="contacts">The contacts. May repeat.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The names by contact, without those that have none or that the session's member may not see.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyDictionary<ContactId, ContactName>> ListDisplayNamesAsync(
        IReadOnlyCollection<ContactId> contacts,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(contacts);
        Dictionary<ContactId, ContactName> names = [];
        if (contacts.Count == 0)
            return names;
        List<(Guid Contact, byte[] Name)> stored = await _session
            .ListAsync(
                new NpgsqlBatchCommand(NamesSql).With(Distinct(contacts)),
                row => (row.GetGuid(0), row.GetFieldValue<byte[]>(1)),
                cancellationToken
            )
            .ConfigureAwait(false);
        using DecryptionScope scope = await _encryption
            .OpenAsync(stored.Select(n => n.Name), cancellationToken)
            .ConfigureAwait(false);
        foreach ((Guid contact, byte[] name) in stored)
        {
            OpenedText text = scope.Open(_encryption.Fields.DisplayName, contact, name);
            names.Add(new ContactId(contact), new ContactName(text.Text) { Status = text.Status });
        }
        return names;
    }

    /// <summary>Says what a contact is called. Protected by the person's key: shredded with it.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="name">The name, kept as it is; null to take it away.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// The audit log says who named or unnamed whom, not how. Needs <see cref="Permission.WriteContacts"/>.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0151</c> the name is blank, longer than <see cref="ContactName.MaxLength"/>, or holds control characters or
    /// half a character; <c>CI0005</c> the role may not; <c>CI0152</c> there is no such contact, or none that the
    /// session's member may see; <c>CI0026</c> the person was erased.
    /// </exception>
    public async Task SetDisplayNameAsync(
        ContactId contact,
        string? name,
        CancellationToken cancellationToken = default
    )
    {
        if (name is not null && !IsName(name))
            throw new CallIntelException(
                ErrorCodes.InvalidName,
                "A name is blank, too long, or holds characters that no name has.",
                $"Give 1 to {ContactName.MaxLength} characters without control characters or line breaks; null takes a name away."
            );
        // before the key is touched: a key that is made, or refused, would tell of a contact that the member may not
        // see
        (bool allowed, bool exists) = (
            await _session
                .ListAsync(
                    new NpgsqlBatchCommand(MayNameSql).With(contact.Value),
                    row => (row.GetBoolean(0), row.GetBoolean(1)),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];
        if (!allowed)
            throw new CallIntelException(
                ErrorCodes.NotAllowed,
                "The member's role does not allow this.",
                "Ask an admin of the org for a role that does."
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

    static bool IsName(string name)
    {
        if (name.Length > ContactName.MaxLength || string.IsNullOrWhiteSpace(name))
            return false;
        for (int i = 0; i < name.Length; i += char.IsSurrogatePair(name, i) ? 2 : 1)
            if (
                CharUnicodeInfo.GetUnicodeCategory(name, i)
                is UnicodeCategory.Control
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.Surrogate
            )
                return false;
        return true;
    }
}
