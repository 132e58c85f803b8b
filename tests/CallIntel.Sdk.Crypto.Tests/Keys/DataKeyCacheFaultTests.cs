using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Failing stores, damaged keys, and results that violate the contract.</summary>
public class DataKeyCacheFaultTests
{
    static readonly Guid Person = new("0192f5a0-0000-7000-8000-0000000000aa");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failing_store_is_reported_and_called_again_next_time()
    {
        using var system = new KeySystem();
        system.Store.OnGrant = _ => throw new TimeoutException();
        CallIntelException e = await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreUnavailable, () =>
            system.CreateKeyAsync(Person)
        );
        Assert.IsType<TimeoutException>(e.InnerException);
        system.Store.OnGrant = g => g;
        KeyId id = await system.CreateKeyAsync(Person);
        system.Cache.Invalidate(TestKeys.Org, id);
        system.Store.OnFetch = _ => throw new TimeoutException();
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreUnavailable, async () =>
            await system.Cache.RentAsync(TestKeys.Org, id)
        );
        system.Store.OnFetch = _ => throw new TaskCanceledException("timed out", new TimeoutException());
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreUnavailable, async () =>
            await system.Cache.RentAsync(TestKeys.Org, id)
        );
        system.Store.OnFetch = r => r;
        using DataKeyLease lease = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        Assert.Equal(KeyLookup.Ready, lease.Status);
    }

    [Fact]
    public async Task A_damaged_key_does_not_fail_its_batch()
    {
        using var system = new KeySystem();
        KeyId good = await system.CreateKeyAsync(Person);
        KeyId bad = await system.CreateKeyAsync(TestKeys.Row);
        system.Cache.Invalidate(TestKeys.Org, good);
        system.Cache.Invalidate(TestKeys.Org, bad);
        system.Store.OnFetch = r => r.Id == bad ? r with { Wrapped = new byte[61] } : r;
        using DataKeySet<KeyId> keys = await system.Cache.RentManyAsync(TestKeys.Org, [good, bad], Cancellation);
        Assert.Equal(KeyLookup.Ready, keys[good].Status);
        Assert.Equal(KeyLookup.Damaged, keys[bad].Status);
        Assert.False(system.Cache.TryRent(TestKeys.Org, bad, out _));
    }

    [Fact]
    public async Task Results_that_violate_the_contract_of_the_store_are_rejected()
    {
        using var system = new KeySystem();
        using DataKey other = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        foreach (
            Func<DataKeyGrant, DataKeyGrant> wrong in new Func<DataKeyGrant, DataKeyGrant>[]
            {
                g => g with { Uses = 1025 },
                g => g with { Uses = 0 },
                g => g with { Record = g.Record with { State = KeyState.DecryptOnly } },
                g => g with { Record = g.Record with { State = KeyState.Destroyed } },
                g => g with { Record = g.Record with { Subject = TestKeys.Person } },
            }
        )
        {
            system.Store.OnGrant = wrong;
            await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, () =>
                system.CreateKeyAsync(Person)
            );
        }

        system.Store.OnGrant = g => g;
        system.Store.OnGrants = g => [.. g, .. g];
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, () =>
            system.CreateKeyAsync(TestKeys.Row)
        );
        system.Store.OnGrants = g => g;
        KeyId id = await system.CreateKeyAsync(Person);
        system.Cache.Invalidate(TestKeys.Org, id);
        system.Store.OnFetch = r => r with { Id = other.Id };
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, async () =>
            await system.Cache.RentAsync(TestKeys.Org, id)
        );
    }
}
