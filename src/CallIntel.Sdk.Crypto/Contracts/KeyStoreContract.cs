using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Contracts;

/// <summary>
/// Tests your own key stores against the contracts of their interfaces. It stores random data as keys, so use it with a
/// test database only.
/// </summary>
/// <remarks>
/// Run <see cref="VerifyAsync"/> for each of <see cref="Checks"/>, for example as the cases of one parameterized test.
/// It needs no test framework. It does not test durability: whether results survive a crash.
/// </remarks>
public sealed partial class KeyStoreContract
{
    readonly IDataKeyStore _dataKeys;
    readonly IDataKeyRotationStore _rotation;
    readonly IOrgKeyStore _orgKeys;
    readonly Func<Guid> _newOrg;

    /// <summary>Creates the checks for a store.</summary>
    /// <param name="dataKeys">The store of data keys.</param>
    /// <param name="rotation">The store of data keys, as maintenance uses it.</param>
    /// <param name="orgKeys">The store of org keys. Data keys are stored under its active epoch.</param>
    /// <param name="newOrg">Creates an org without keys, and whatever the stores need to act for it.</param>
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

    /// <summary>Gets the names of the checks. Each name says what a store has to do.</summary>
    public static IReadOnlyList<string> Checks => [.. ByName.Keys];

    /// <summary>Runs one check.</summary>
    /// <param name="check">One of <see cref="Checks"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the check has passed.</returns>
    /// <exception cref="ArgumentException">There is no check with this name.</exception>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyStoreContractBroken"/>: the store fails the check. Exceptions of the store pass
    /// through.
    /// </exception>
    public Task VerifyAsync(string check, CancellationToken cancellationToken = default) =>
        ByName.TryGetValue(check, out Func<KeyStoreContract, CancellationToken, Task>? run)
            ? run(this, cancellationToken)
            : throw new ArgumentException(
                $"There is no check named '{check}'. Use a name from KeyStoreContract.Checks.",
                nameof(check)
            );

    static SortedDictionary<string, Func<KeyStoreContract, CancellationToken, Task>> ByName { get; } =
        new(StringComparer.Ordinal)
        {
            [nameof(A_stored_key_is_found_by_id_and_by_subject)] = (c, t) =>
                c.A_stored_key_is_found_by_id_and_by_subject(t),
            [nameof(A_subject_keeps_its_first_key)] = (c, t) => c.A_subject_keeps_its_first_key(t),
            [nameof(Concurrent_requests_for_one_subject_get_one_key)] = (c, t) =>
                c.Concurrent_requests_for_one_subject_get_one_key(t),
            [nameof(A_key_without_uses_left_is_replaced)] = (c, t) => c.A_key_without_uses_left_is_replaced(t),
            [nameof(A_retired_key_is_replaced_and_still_decrypts)] = (c, t) =>
                c.A_retired_key_is_replaced_and_still_decrypts(t),
            [nameof(A_candidate_under_an_old_epoch_is_rejected_and_nothing_is_stored)] = (c, t) =>
                c.A_candidate_under_an_old_epoch_is_rejected_and_nothing_is_stored(t),
            [nameof(A_crypto_shredded_subject_never_gets_a_key_again)] = (c, t) =>
                c.A_crypto_shredded_subject_never_gets_a_key_again(t),
            [nameof(Orgs_do_not_see_each_others_keys)] = (c, t) => c.Orgs_do_not_see_each_others_keys(t),
            [nameof(Rewrapped_keys_replace_only_what_was_read)] = (c, t) =>
                c.Rewrapped_keys_replace_only_what_was_read(t),
            [nameof(Adding_an_existing_version_of_an_org_key_changes_nothing)] = (c, t) =>
                c.Adding_an_existing_version_of_an_org_key_changes_nothing(t),
            [nameof(An_epoch_that_wraps_a_key_cannot_be_destroyed)] = (c, t) =>
                c.An_epoch_that_wraps_a_key_cannot_be_destroyed(t),
        };

    static void Require(bool kept, string what)
    {
        if (!kept)
            throw KeyFaults.StoreContract($"The key store violated its contract. Expected: {what}");
    }

    async Task<Guid> NewOrgAsync(CancellationToken cancellationToken)
    {
        Guid org = _newOrg();
        await _orgKeys.AddAsync(OrgKey(org, 1), cancellationToken).ConfigureAwait(false);
        return org;
    }

    static OrgKeyRecord OrgKey(Guid org, int version) =>
        new(
            org,
            OrgKeyKind.Kek,
            version,
            KeyState.Active,
            new RootWrappedKey("contract", RandomNumberGenerator.GetBytes(DataKeyRecord.WrappedLength))
        );

    static KeySubject NewPerson() => KeySubject.Person(new Guid(RandomNumberGenerator.GetBytes(16)));

    static DataKeyRequest Request(KeySubject subject, long uses = 1, int epoch = 1) =>
        new(
            subject,
            uses,
            new DataKeyRecord(
                new KeyId(RandomNumberGenerator.GetBytes(KeyId.Length)),
                subject,
                epoch,
                KeyState.Active,
                RandomNumberGenerator.GetBytes(DataKeyRecord.WrappedLength)
            )
        );

    async Task<DataKeyGrant> CreateAsync(Guid org, DataKeyRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<DataKeyGrant> grants = await _dataKeys
            .GetOrCreateAsync(org, [request], cancellationToken)
            .ConfigureAwait(false);
        Require(grants.Count == 1, "GetOrCreateAsync returns one result per request.");
        return grants[0];
    }

    async Task<DataKeyGrant?> FindAsync(Guid org, KeySubject subject, CancellationToken cancellationToken)
    {
        IReadOnlyList<DataKeyGrant?> grants = await _dataKeys
            .FindActiveAsync(org, [new KeyDemand(subject, 1)], cancellationToken)
            .ConfigureAwait(false);
        Require(grants.Count == 1, "FindActiveAsync returns one result per demand.");
        return grants[0];
    }

    async Task<DataKeyRecord?> FetchAsync(Guid org, KeyId id, CancellationToken cancellationToken)
    {
        IReadOnlyList<DataKeyRecord> records = await _dataKeys
            .FetchAsync(org, [id], cancellationToken)
            .ConfigureAwait(false);
        Require(records.Count <= 1, "FetchAsync returns a key once.");
        return records.Count == 0 ? null : records[0];
    }

    static bool Same(DataKeyRecord? one, DataKeyRecord other) =>
        one is not null
        && one.Id == other.Id
        && one.Subject == other.Subject
        && one.Epoch == other.Epoch
        && one.State == other.State
        && one.Wrapped.Span.SequenceEqual(other.Wrapped.Span);
}
