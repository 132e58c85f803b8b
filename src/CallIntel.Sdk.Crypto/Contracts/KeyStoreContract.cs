using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Contracts;

/// <summary>
/// Checks whether key stores of your own keep the contracts of their interfaces. For your tests: it stores keys of no
/// value.
/// </summary>
/// <remarks>
/// Run each of <see cref="Checks"/> by <see cref="VerifyAsync"/>, for example as the cases of one parameterized test.
/// Needs no test framework. What it
/// cannot show is durability: that an answer survives a crash is for the store's own tests.
/// </remarks>
public sealed partial class KeyStoreContract
{
    private readonly IDataKeyStore _dataKeys;
    private readonly IDataKeyRotationStore _rotation;
    private readonly IOrgKeyStore _orgKeys;
    private readonly Func<Guid> _newOrg;

    /// <summary>Creates the checks.</summary>
    /// <param name="dataKeys">The store of data keys.</param>
    /// <param name="rotation">The same store as maintenance sees it.</param>
    /// <param name="orgKeys">The store of org keys. Checks of data keys need its active epoch.</param>
    /// <param name="newOrg">Makes an org that has no keys, and whatever the stores need to act for it.</param>
    public KeyStoreContract(
        IDataKeyStore dataKeys,
        IDataKeyRotationStore rotation,
        IOrgKeyStore orgKeys,
        Func<Guid> newOrg
    )
    {
        ArgumentNullException.ThrowIfNull(dataKeys);
        ArgumentNullException.ThrowIfNull(rotation);
        ArgumentNullException.ThrowIfNull(orgKeys);
        ArgumentNullException.ThrowIfNull(newOrg);
        _dataKeys = dataKeys;
        _rotation = rotation;
        _orgKeys = orgKeys;
        _newOrg = newOrg;
    }

    /// <summary>The names of the checks: sentences about what a store does.</summary>
    public static IReadOnlyList<string> Checks => [.. ByName.Keys];

    /// <summary>Runs one check.</summary>
    /// <param name="check">One of <see cref="Checks"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that ends when the check has passed.</returns>
    /// <exception cref="ArgumentException">There is no such check.</exception>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.KeyStoreContractBroken"/>: the store does not
    /// do this; or what the store threw.</exception>
    public Task VerifyAsync(string check, CancellationToken cancellationToken = default) =>
        ByName.TryGetValue(check, out Func<KeyStoreContract, CancellationToken, Task>? run)
            ? run(this, cancellationToken)
            : throw new ArgumentException("There is no check of this name.", nameof(check));

    private static SortedDictionary<string, Func<KeyStoreContract, CancellationToken, Task>> ByName { get; } =
        new(StringComparer.Ordinal)
        {
            [nameof(A_key_that_was_stored_is_found_by_id_and_by_subject)] = (c, t) =>
                c.A_key_that_was_stored_is_found_by_id_and_by_subject(t),
            [nameof(A_subject_keeps_its_first_key)] = (c, t) => c.A_subject_keeps_its_first_key(t),
            [nameof(Concurrent_requests_for_one_subject_get_one_key)] = (c, t) =>
                c.Concurrent_requests_for_one_subject_get_one_key(t),
            [nameof(A_key_whose_uses_are_spent_is_replaced)] = (c, t) => c.A_key_whose_uses_are_spent_is_replaced(t),
            [nameof(A_caller_cannot_raise_the_cap_of_a_key)] = (c, t) => c.A_caller_cannot_raise_the_cap_of_a_key(t),
            [nameof(A_retired_key_is_replaced_and_can_still_be_read)] = (c, t) =>
                c.A_retired_key_is_replaced_and_can_still_be_read(t),
            [nameof(A_candidate_under_an_old_epoch_is_refused_and_nothing_is_stored)] = (c, t) =>
                c.A_candidate_under_an_old_epoch_is_refused_and_nothing_is_stored(t),
            [nameof(A_shredded_subject_gets_no_key_again)] = (c, t) => c.A_shredded_subject_gets_no_key_again(t),
            [nameof(Orgs_do_not_see_each_others_keys)] = (c, t) => c.Orgs_do_not_see_each_others_keys(t),
            [nameof(Rewrapped_keys_replace_only_what_was_read)] = (c, t) =>
                c.Rewrapped_keys_replace_only_what_was_read(t),
            [nameof(The_first_version_of_an_org_key_wins)] = (c, t) => c.The_first_version_of_an_org_key_wins(t),
            [nameof(An_epoch_that_wraps_a_key_cannot_be_destroyed)] = (c, t) =>
                c.An_epoch_that_wraps_a_key_cannot_be_destroyed(t),
        };

    private static void Require(bool kept, string what)
    {
        if (!kept)
            throw KeyFaults.StoreContract($"The key store broke its contract: {what}");
    }

    private async Task<Guid> NewOrgAsync(CancellationToken cancellationToken)
    {
        Guid org = _newOrg();
        await _orgKeys.AddAsync(OrgKey(org, 1), cancellationToken).ConfigureAwait(false);
        return org;
    }

    private static OrgKeyRecord OrgKey(Guid org, int version) =>
        new(
            org,
            OrgKeyKind.Kek,
            version,
            KeyState.Active,
            new RootWrappedKey("contract", RandomNumberGenerator.GetBytes(OrgKek.WrappedLength))
        );

    private static KeySubject NewPerson() => KeySubject.Person(new Guid(RandomNumberGenerator.GetBytes(16)));

    private static DataKeyRequest Request(KeySubject subject, long uses = 1, int epoch = 1) =>
        new(
            subject,
            uses,
            new DataKeyRecord(
                new KeyId(RandomNumberGenerator.GetBytes(KeyId.Length)),
                subject,
                epoch,
                KeyState.Active,
                RandomNumberGenerator.GetBytes(OrgKek.WrappedLength)
            )
        );

    private async Task<DataKeyGrant> CreateAsync(Guid org, DataKeyRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<DataKeyGrant> grants = await _dataKeys
            .GetOrCreateAsync(org, [request], cancellationToken)
            .ConfigureAwait(false);
        Require(grants.Count == 1, "it answers each request once.");
        return grants[0];
    }

    private async Task<DataKeyGrant?> FindAsync(Guid org, KeySubject subject, CancellationToken cancellationToken)
    {
        IReadOnlyList<DataKeyGrant?> grants = await _dataKeys
            .FindActiveAsync(org, [new KeyDemand(subject, 1)], cancellationToken)
            .ConfigureAwait(false);
        Require(grants.Count == 1, "it answers each demand once.");
        return grants[0];
    }

    private async Task<DataKeyRecord?> FetchAsync(Guid org, KeyId id, CancellationToken cancellationToken)
    {
        IReadOnlyList<DataKeyRecord> records = await _dataKeys
            .FetchAsync(org, [id], cancellationToken)
            .ConfigureAwait(false);
        Require(records.Count <= 1, "it answers a key once.");
        return records.Count == 0 ? null : records[0];
    }

    private static bool Same(DataKeyRecord? one, DataKeyRecord other) =>
        one is not null
        && one.Id == other.Id
        && one.Subject == other.Subject
        && one.Epoch == other.Epoch
        && one.State == other.State
        && one.Wrapped.Span.SequenceEqual(other.Wrapped.Span);
}
