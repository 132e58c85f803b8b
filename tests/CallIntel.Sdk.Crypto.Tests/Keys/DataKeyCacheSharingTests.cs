using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Several callers that request the same key concurrently.</summary>
public class DataKeyCacheSharingTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_a_shared_load_fails_a_waiting_caller_loads_again()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        KeyId id = await one.CreateKeyAsync(TestKeys.Row);
        using var two = new KeySystem(store: store);
        var caller = new AsyncLocal<string?>();
        var release = new TaskCompletionSource();
        var refused = new CallIntelException("CI0005", "Not allowed.", "Ask an owner.");
        store.Pause = async () =>
        {
            string? asWhom = caller.Value;
            await release.Task;
            if (asWhom == "viewer")
                throw refused;
        };
        caller.Value = "viewer";
        Task<DataKeyLease> viewer = two.Cache.RentAsync(TestKeys.Org, id, Cancellation).AsTask();
        caller.Value = "owner";
        Task<DataKeyLease>[] owners =
        [
            .. Enumerable.Range(0, 20).Select(_ => two.Cache.RentAsync(TestKeys.Org, id, Cancellation).AsTask()),
        ];
        release.SetResult();
        await TestKeys.AssertCodeAsync("CI0005", () => viewer);
        DataKeyLease[] leases = await Task.WhenAll(owners);
        Assert.All(leases, l => Assert.Equal(KeyLookup.Ready, l.Status));
        foreach (DataKeyLease lease in leases)
            lease.Dispose();
    }

    [Fact]
    public async Task No_candidate_is_created_for_a_subject_with_a_key()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        await one.CreateKeyAsync(TestKeys.Row);
        Assert.Equal((1, 1), (store.Creations, store.Candidates));
        for (int i = 0; i < 5; i++)
        {
            using var other = new KeySystem(store: store);
            using DataKeySet<KeySubject> keys = await other.Cache.RentForEncryptionAsync(
                TestKeys.Org,
                [new KeyDemand(KeySubject.Person(TestKeys.Row), 1)],
                Cancellation
            );
            Assert.Equal(KeyLookup.Ready, keys[KeySubject.Person(TestKeys.Row)].Status);
        }

        Assert.Equal((1, 1), (store.Creations, store.Candidates));
        using var third = new KeySystem(store: store);
        using DataKeySet<KeySubject> mixed = await third.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [new KeyDemand(KeySubject.Person(TestKeys.Row), 1), new KeyDemand(TestKeys.Person, 1)],
            Cancellation
        );
        Assert.Equal((2, 2), (store.Creations, store.Candidates));
    }
}
