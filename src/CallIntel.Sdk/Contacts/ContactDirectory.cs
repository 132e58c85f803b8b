using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Contacts;

/// <summary>Finding the contacts of the session's org, and what they are called.</summary>
/// <remarks>
/// Thread-safe. Roles that see contacts masked (viewer) find nobody, and nobody finds a contact that privacy rules keep
/// from them: it looks as if there were none.
/// </remarks>
public sealed partial class ContactDirectory
{
    const string FindSql = "select index_version, contact_id from callintel.find_contact($1)";
    const string ListSql = "select kind, number_index, number from callintel.read_contact_numbers($1)";

    readonly SessionTransport _session;
    readonly OrgEncryption _encryption;

    internal ContactDirectory(SessionTransport session, OrgEncryption encryption) =>
        (_session, _encryption) = (session, encryption);

    /// <summary>The contact that a number reaches.</summary>
    /// <param name="number">A number, short code or alphanumeric sender in any usual notation.</param>
    /// <param name="defaultRegion">
    /// ISO 3166 country whose national format it may have, for example <c>DK</c>; short codes are found only with the
    /// country of their source. Default: the number is international.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>Null if there is none, or none that the session's member may see, or the text is no number.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<ContactId?> FindByNumberAsync(
        string number,
        string? defaultRegion = null,
        CancellationToken cancellationToken = default
    ) => FindAsync(number, PartyKind.Number, defaultRegion, cancellationToken);

    /// <summary>The contact that a source calls by an id of its own.</summary>
    /// <param name="id">The id, exactly as the source writes it.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>Null if there is none, or none that the session's member may see.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public Task<ContactId?> FindByOpaqueIdAsync(string id, CancellationToken cancellationToken = default) =>
        FindAsync(id, PartyKind.OpaqueId, null, cancellationToken);

    /// <summary>The numbers that reach a contact, the oldest first.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>Empty if there is no such contact, or the session's member may not see it.</returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyList<ContactNumber>> ListNumbersAsync(
        ContactId contact,
        CancellationToken cancellationToken = default
    )
    {
        List<(NumberKind Kind, Guid Index, byte[] Number)> stored = await _session
            .ListAsync(
                new NpgsqlBatchCommand(ListSql).With(contact.Value),
                row => ((NumberKind)row.GetInt16(0), row.GetGuid(1), row.GetFieldValue<byte[]>(2)),
                cancellationToken
            )
            .ConfigureAwait(false);
        using DecryptionScope scope = await _encryption
            .OpenAsync(stored.Select(n => n.Number), cancellationToken)
            .ConfigureAwait(false);
        return [.. stored.Select(n => Open(scope, n.Kind, n.Index, n.Number))];
    }

    async Task<ContactId?> FindAsync(
        string text,
        PartyKind kind,
        string? defaultRegion,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        if (new PartyNormalizer(defaultRegion).Normalize(text, kind) is not { } address)
            return null;
        try
        {
            return await _encryption
                .SearchNumberIndexAsync(keys => FindAsync(address, keys, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (CallIntelException e) when (e.Code == ErrorCodes.NotAllowed)
        {
            return null; // a role that sees contacts masked is not given the key either
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

    ContactNumber Open(DecryptionScope scope, NumberKind kind, Guid index, byte[] number)
    {
        OpenedText text = scope.Open(_encryption.Fields.Number, index, number);
        return new ContactNumber(kind, text.Text) { Status = text.Status };
    }

    static Guid[] Distinct(IReadOnlyCollection<ContactId> contacts) => [.. contacts.Select(c => c.Value).Distinct()];
}
