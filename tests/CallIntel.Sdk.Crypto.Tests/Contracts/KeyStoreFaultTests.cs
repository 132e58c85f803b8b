using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Contracts;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests.Contracts;

/// <summary>
/// Each store here violates the contract in one way. The check for it has to fail and to report what it expected.
/// </summary>
public partial class KeyStoreFaultTests
{
    const string Found = "A_stored_key_is_found_by_id_and_by_subject";
    const string Keeps = "A_subject_keeps_its_first_key";
    const string Race = "Concurrent_requests_for_one_subject_get_one_key";
    const string Spent = "A_key_without_uses_left_is_replaced";
    const string Retired = "A_retired_key_is_replaced_and_still_decrypts";
    const string Stale = "A_candidate_under_an_old_epoch_is_rejected_and_nothing_is_stored";
    const string CryptoShredded = "A_crypto_shredded_subject_never_gets_a_key_again";
    const string Apart = "Orgs_do_not_see_each_others_keys";
    const string Rewrapped = "Rewrapped_keys_replace_only_what_was_read";
    const string Versions = "Adding_an_existing_version_of_an_org_key_changes_nothing";
    const string Epoch = "An_epoch_that_wraps_a_key_cannot_be_destroyed";

    static readonly Dictionary<string, (string Check, string Says, Action<FaultyKeyStore> Break)> Faults = new([
        .. DataKeyFaults(),
        .. OrgFaults(),
    ]);

    public static TheoryData<string> Names => [.. Faults.Keys];

    public static TheoryData<string> Checks => [.. KeyStoreContract.Checks];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_store_with_one_fault_fails_the_check_for_it(string fault)
    {
        (string check, string says, Action<FaultyKeyStore> breakIt) = Faults[fault];
        var store = new FaultyKeyStore();
        breakIt(store);
        CallIntelException e = await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, () =>
            new KeyStoreContract(store, store, store, Guid.NewGuid).VerifyAsync(check, Cancellation)
        );
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task A_store_without_faults_passes_and_each_check_has_a_fault(string check)
    {
        var store = new FaultyKeyStore();
        await new KeyStoreContract(store, store, store, Guid.NewGuid).VerifyAsync(check, Cancellation);
        Assert.Contains(Faults.Values, f => f.Check == check);
    }

    [Fact]
    public void Missing_stores_are_rejected_by_name()
    {
        var store = new InMemoryKeyStore();
        Assert.Equal(
            "dataKeys",
            Assert
                .Throws<ArgumentNullException>(() => new KeyStoreContract(null!, store, store, Guid.NewGuid))
                .ParamName
        );
        Assert.Equal(
            "rotation",
            Assert
                .Throws<ArgumentNullException>(() => new KeyStoreContract(store, null!, store, Guid.NewGuid))
                .ParamName
        );
        Assert.Equal(
            "orgKeys",
            Assert
                .Throws<ArgumentNullException>(() => new KeyStoreContract(store, store, null!, Guid.NewGuid))
                .ParamName
        );
        Assert.Equal(
            "newOrg",
            Assert.Throws<ArgumentNullException>(() => new KeyStoreContract(store, store, store, null!)).ParamName
        );
    }

    static void GiveEachItsOwn(FaultyKeyStore store) =>
        store.OnCreate = async (org, requests) =>
        {
            await store.Inner.GetOrCreateAsync(org, requests);
            return [.. requests.Select(r => new DataKeyGrant(r.Candidate, r.Uses))];
        };

    static KeyId NewId() => new(RandomNumberGenerator.GetBytes(KeyId.Length));

    static DataKeyRecord Record(KeyId id, KeySubject subject) =>
        new(id, subject, 1, KeyState.Active, new byte[DataKeyRecord.WrappedLength]);
}
