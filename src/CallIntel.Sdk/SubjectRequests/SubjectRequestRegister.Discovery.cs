using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.SubjectRequests;

public sealed partial class SubjectRequestRegister
{
    const string FindSql = "select callintel.find_subject_contacts($1, $2, $3, $4, $5)";
    const string CountSql = "select relation, row_count from callintel.count_subject_rows($1)";

    /// <summary>
    /// Finds the contacts of the person by the identities of the request, adds contacts that were merged with them, and
    /// counts their rows. Nothing but the register is changed, so the result can be checked before the request is
    /// executed.
    /// </summary>
    /// <param name="id">The id of the request.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The contacts, and the number of rows by table.</returns>
    /// <remarks>
    /// Every notation of a number finds the contact, under all versions of the blind-index key. The search reads the
    /// identities, which the access ledger records. Repeat it after an import.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0400</c> the org has no such request; <c>CI0402</c> the request is closed; <c>CI0198</c> the person has a
    /// hidden contact and the session has no purpose; <c>CI0005</c> the role does not include the permission.
    /// </exception>
    public async Task<SubjectDiscovery> DiscoverAsync(
        SubjectRequestId id,
        CancellationToken cancellationToken = default
    )
    {
        IReadOnlyList<(short Ordinal, SubjectIdentity Identity)> identities = await ReadIdentitiesAsync(
                id,
                cancellationToken
            )
            .ConfigureAwait(false);
        (short Ordinal, PartyAddress? Address)[] addresses =
        [
            .. identities.Select(i => (i.Ordinal, SubjectAddress.Create(i.Identity))),
        ];
        Guid[] contacts = addresses.Any(a => a.Address is not null)
            ? await _encryption
                .WithNumberIndexAsync(
                    keys => FindContactsAsync(id, addresses, keys, cancellationToken),
                    cancellationToken
                )
                .ConfigureAwait(false)
            : await FindContactsAsync(id, [], null, cancellationToken).ConfigureAwait(false);
        List<(string Table, long Rows)> counts = await _session
            .ListAsync(
                new NpgsqlBatchCommand(CountSql).With(id.Value),
                row => (row.GetString(0), row.GetInt64(1)),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new SubjectDiscovery(
            [.. contacts.Select(contact => new ContactId(contact))],
            counts.Where(c => c.Rows > 0).ToDictionary(c => c.Table, c => c.Rows, StringComparer.Ordinal),
            [
                .. identities
                    .Where(i => SubjectAddress.Create(i.Identity) is null)
                    .Select(i => i.Identity.Kind)
                    .Distinct(),
            ]
        );
    }

    /// <summary>Reads the identities of a request, which the access ledger records.</summary>
    internal async Task<IReadOnlyList<(short Ordinal, SubjectIdentity Identity)>> ReadIdentitiesAsync(
        SubjectRequestId id,
        CancellationToken cancellationToken
    )
    {
        (List<StoredIdentity> stored, FiledAccess? access) = await _encryption
            .Gate.ListAsync(IdentitiesCall(id), SubjectText.Reason(_encryption), cancellationToken)
            .ConfigureAwait(false);
        using DecryptionScope scope = await _encryption
            .OpenAsync(access, stored.Select(row => (byte[]?)row.Value), cancellationToken)
            .ConfigureAwait(false);
        return [.. stored.Select(row => (row.Ordinal, Open(scope, id, row)))];
    }

    async Task<Guid[]> FindContactsAsync(
        SubjectRequestId id,
        (short Ordinal, PartyAddress? Address)[] addresses,
        BlindIndexKeys? keys,
        CancellationToken cancellationToken
    )
    {
        (short Ordinal, PartyAddress? Address)[] found = [.. addresses.Where(a => a.Address is not null)];
        // a version that cannot be loaded could have hidden a contact
        if (keys?.Fault is { } fault)
            throw fault;
        return await _session
            .ScalarAsync<Guid[]>(
                new NpgsqlBatchCommand(FindSql).With(
                    id.Value,
                    keys is null ? [] : SubjectAddress.Indexes(found.Select(a => a.Address), keys),
                    SqlValue.Column(NpgsqlDbType.Smallint, found, a => a.Ordinal),
                    SqlValue.Column(NpgsqlDbType.Uuid, found, a => a.Address!.Value.IndexUnder(keys!.Active)),
                    keys?.Active.Version
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
