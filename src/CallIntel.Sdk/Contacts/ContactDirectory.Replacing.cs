using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Contacts;

public sealed partial class ContactDirectory
{
    const string OwnerSql = "select callintel.find_number_owner($1, $2)";
    const string ReplaceSql = "select callintel.replace_contact_number($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    /// <summary>
    /// Replaces a number of a contact by another one, because it was wrong or because the person has a new number.
    /// </summary>
    /// <param name="contact">The contact that has the number.</param>
    /// <param name="from">The present number in any common notation, or the text that is stored instead of one.</param>
    /// <param name="to">The new number in any common notation.</param>
    /// <param name="former">Whether the present number still leads to the contact. Default: it does.</param>
    /// <param name="defaultRegion">
    /// The ISO 3166 code of the country whose national format the numbers may have, for example <c>DK</c>. Default: the
    /// numbers must be in international format.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>
    /// <para>
    /// Events stay with the contact, and later records of the new number belong to it. The new number is encrypted with
    /// the key of the person and found by its blind index. If the present number was opted out, the new one is
    /// suppressed as well. A number that was replaced before and is still kept can be the new number again.
    /// </para>
    /// <para>
    /// The audit log records the change, but neither number. Requires <see cref="Permission.ManagePrivacy"/>, and a
    /// session with a purpose if the contact is hidden. Other processes that have stored records of a released number
    /// lately follow within five minutes.
    /// </para>
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0406</c> a text is not a number, or both are the same; <c>CI0407</c> the contact does not have the number;
    /// <c>CI0408</c> the new number belongs to another contact; <c>CI0409</c> the new number is suppressed;
    /// <c>CI0410</c> the contact is under a legal hold and the number was to be released; <c>CI0026</c> the contact was
    /// erased; <c>CI0198</c> the contact is hidden and the session has no purpose; <c>CI0005</c> the role does not
    /// include the permission.
    /// </exception>
    public Task ReplaceNumberAsync(
        ContactId contact,
        string from,
        string to,
        FormerNumber former = FormerNumber.Keep,
        string? defaultRegion = null,
        CancellationToken cancellationToken = default
    ) => RectifyNumberAsync(null, contact, from, to, former, defaultRegion, cancellationToken);

    /// <summary>
    /// Replaces a number. If a request for rectification asks for it, the history of the request gets an entry.
    /// </summary>
    internal async Task RectifyNumberAsync(
        Guid? request,
        ContactId contact,
        string from,
        string to,
        FormerNumber former,
        string? defaultRegion,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (!Enum.IsDefined(former))
            throw new ArgumentOutOfRangeException(nameof(former));
        PartyNormalizer parties = new(defaultRegion);
        if (
            parties.Normalize(from, PartyKind.NumberOrId)?.Address is not { } before
            || parties.Normalize(to, PartyKind.Number) is not { Address: { } after, IsUnrecognized: false }
            || before == after
        )
            throw new CallIntelException(
                ErrorCodes.InvalidContactNumber,
                "A text is not a number, or the new number is the present one.",
                "Pass two numbers in international format, or the region of national numbers."
            );
        // Check the permission before using the key: creating a key would reveal that a contact exists.
        await _session.RequireAsync(Permission.ManagePrivacy, cancellationToken).ConfigureAwait(false);
        await _encryption
            .WithNumberIndexAsync(
                keys => StoreNumberAsync(request, contact, before, after, former, keys, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        _forgetContacts();
    }

    async Task<bool> StoreNumberAsync(
        Guid? request,
        ContactId contact,
        PartyAddress before,
        PartyAddress after,
        FormerNumber former,
        BlindIndexKeys keys,
        CancellationToken cancellationToken
    )
    {
        Guid[] from = [.. keys.All.Select(before.IndexUnder)],
            to = [.. keys.All.Select(after.IndexUnder)];
        KeySubject owner = KeySubject.Person(
            await _session
                .ScalarAsync<Guid>(new NpgsqlBatchCommand(OwnerSql).With(contact.Value, from), cancellationToken)
                .ConfigureAwait(false)
        );
        byte[] number;
        using (
            DataKeySet<KeySubject> people = await _encryption
                .RentForEncryptionAsync([new KeyDemand(owner, 1)], cancellationToken)
                .ConfigureAwait(false)
        )
            number = Envelopes.Encrypt(people[owner], _encryption.Fields.Number, to[0], after.ToBytes());
        for (Guid? digest = null; ; digest = await DigestAsync().ConfigureAwait(false))
            try
            {
                await _session
                    .ExecuteAsync(
                        new NpgsqlBatchCommand(ReplaceSql).With(
                            request,
                            contact.Value,
                            from,
                            to,
                            (short)after.Kind,
                            number,
                            keys.Active.Version,
                            digest,
                            former is FormerNumber.Keep
                        ),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                return true;
            }
            catch (CallIntelException e) when (e.Code == ErrorCodes.SuppressionDigestsNeeded && digest is null) { }

        async Task<Guid> DigestAsync()
        {
            using BlindIndexKey key = await _encryption.SuppressionKeyAsync(cancellationToken).ConfigureAwait(false);
            return after.IndexUnder(key);
        }
    }
}
