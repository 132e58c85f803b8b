using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Contacts;

/// <summary>Finds contacts of the session's org and manages their names.</summary>
/// <remarks>
/// Thread-safe. Roles that see masked contacts (viewer) cannot find contacts. Contacts that privacy rules hide from the
/// member appear not to exist.
/// </remarks>
public sealed partial class ContactDirectory
{
    const string FindSql = "select index_version, contact_id from callintel.find_contact($1)";
    const string ListSql = "select kind, number_index, number, replaced_at from callintel.read_contact_numbers($1)";

    static readonly ProtectedRead ListRead = new(ListSql, 1, [new("number", ProtectedFields.ContactNumber)]);

    readonly SessionTransport _session;
    readonly OrgEncryption _encryption;
    readonly Action _forgetContacts;

    /// <param name="session">The session.</param>
    /// <param name="encryption">The keys of the org.</param>
    /// <param name="forgetContacts">Lets this process forget which numbers it knows.</param>
    internal ContactDirectory(SessionTransport session, OrgEncryption encryption, Action forgetContacts) =>
        (_session, _encryption, _forgetContacts) = (session, encryption, forgetContacts);

    /// <summary>Finds a contact by number.</summary>
    /// <param name="number">A number, short code or alphanumeric sender in any common notation.</param>
    /// <param name="defaultRegion">
    /// The ISO 3166 code of the country whose national format the number may have, for example <c>DK</c>. Short codes
    /// are found only with the country of their source. Default: the number must be in international format.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The contact; null if there is none, the member may not see it, or the text is not a valid number.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<ContactId?> FindByNumberAsync(
        string number,
        string? defaultRegion = null,
        CancellationToken cancellationToken = default
    ) => FindAsync(number, PartyKind.Number, defaultRegion, cancellationToken);

    /// <summary>Finds a contact by an id of the source.</summary>
    /// <param name="id">The id, exactly as the source writes it.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The contact; null if there is none or the member may not see it.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<ContactId?> FindByOpaqueIdAsync(string id, CancellationToken cancellationToken = default) =>
        FindAsync(id, PartyKind.OpaqueId, null, cancellationToken);

    /// <summary>Lists the numbers of a contact, the oldest first, with those that were replaced and kept.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The numbers; empty if the contact does not exist or the member may not see it.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyList<ContactNumber>> ListNumbersAsync(
        ContactId contact,
        CancellationToken cancellationToken = default
    )
    {
        (List<StoredNumber> stored, FiledAccess? access) = await _encryption
            .Gate.ListAsync(
                new ProtectedCall<StoredNumber>(
                    ListRead,
                    new NpgsqlBatchCommand(ListSql).With(contact.Value),
                    row => new StoredNumber(
                        contact.Value,
                        (NumberKind)row.GetInt16(0),
                        row.GetGuid(1),
                        row.GetFieldValue<byte[]>(2)
                    )
                    {
                        ReplacedAt = row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3),
                    }
                )
                {
                    Contacts = [contact.Value],
                },
                _encryption.Gate.Reason(),
                cancellationToken
            )
            .ConfigureAwait(false);
        using DecryptionScope scope = await _encryption
            .OpenAsync(access, stored.Select(n => n.Number), cancellationToken)
            .ConfigureAwait(false);
        return [.. stored.Select(n => Open(scope, n.Kind, n.Index, n.Number) with { ReplacedAt = n.ReplacedAt })];
    }

    async Task<ContactId?> FindAsync(
        string text,
        PartyKind kind,
        string? defaultRegion,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        if (new PartyNormalizer(defaultRegion).Normalize(text, kind)?.Address is not { } address)
            return null;
        try
        {
            return await _encryption
                .SearchNumberIndexAsync(keys => FindAsync(address, keys, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (CallIntelException e) when (e.Code == ErrorCodes.NotAllowed)
        {
            return null; // a role that sees masked contacts does not get the key either
        }
    }

    async Task<ContactId?> FindAsync(PartyAddress address, BlindIndexKeys keys, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(FindSql).With(
            (Guid[])[.. keys.All.Select(address.IndexUnder)]
        );
        (int? latest, Guid? contact) = (
            await _session
                .ListAsync(
                    command,
                    row =>
                        (
                            row.IsDBNull(0) ? null : (int?)row.GetInt32(0),
                            row.IsDBNull(1) ? null : (Guid?)row.GetGuid(1)
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];
        if (contact is { } found)
            return new ContactId(found);
        if (latest != keys.Active.Version)
            throw OrgEncryption.StaleIndex();
        return keys.Fault is { } fault ? throw fault : null;
    }

    /// <exception cref="CallIntelException"><c>CI0291</c>: the session has no purpose.</exception>
    void RequirePurposeForMany(Guid[] contacts, string what)
    {
        if (contacts.Length > AccessGate.BulkThreshold)
            _encryption.Gate.RequirePurpose(AccessPurpose.None, what);
    }

    ContactNumber Open(DecryptionScope scope, NumberKind kind, Guid index, byte[] number)
    {
        OpenedText text = scope.Open(_encryption.Fields.Number, index, number);
        return new ContactNumber(kind, text.Text) { Status = text.Status };
    }

    static Guid[] Distinct(IReadOnlyCollection<ContactId> contacts) => [.. contacts.Select(c => c.Value).Distinct()];
}
