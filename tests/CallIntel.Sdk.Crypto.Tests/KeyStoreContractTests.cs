using CallIntel.Sdk.Crypto.Contracts;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests;

public class KeyStoreContractTests
{
    public static TheoryData<string> Checks => [.. KeyStoreContract.Checks];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task The_in_memory_store_passes_every_contract_check(string check)
    {
        var store = new InMemoryKeyStore();
        await new KeyStoreContract(store, store, store, NewOrg).VerifyAsync(check, Cancellation);
    }

    [Fact]
    public async Task Stores_that_violate_the_contract_fail_some_checks()
    {
        var broken = new Dictionary<string, int>();
        foreach (
            (string fault, Func<MemoryKeyStore> create) in new (string, Func<MemoryKeyStore>)[]
            {
                ("returns wrong subjects", () =>
                    new MemoryKeyStore { OnFetch = r => r with { Subject = TestKeys.Person } }
                ),
                ("enforces a lower cap", () => new MemoryKeyStore { CapOverride = 1 }),
                ("grants uses to crypto-shredded subjects", () =>
                    new MemoryKeyStore { OnGrant = g => g with { Uses = Math.Max(g.Uses, 1) } }
                ),
                ("returns destroyed keys as active", () =>
                    new MemoryKeyStore { OnOrgKey = k => k with { State = KeyState.Active } }
                ),
            }
        )
        {
            broken[fault] = 0;
            foreach (string check in KeyStoreContract.Checks)
            {
                MemoryKeyStore store = create();
                try
                {
                    await new KeyStoreContract(store, store, store, NewOrg).VerifyAsync(check, Cancellation);
                }
                catch (CallIntelException)
                {
                    broken[fault]++;
                }
            }
        }

        Assert.All(broken, b => Assert.InRange(b.Value, 1, KeyStoreContract.Checks.Count - 1));
        var sound = new InMemoryKeyStore();
        Assert.Throws<ArgumentException>(() =>
        {
            _ = new KeyStoreContract(sound, sound, sound, NewOrg).VerifyAsync("no such check", Cancellation);
        });
    }

    [Fact]
    public async Task The_in_memory_store_supports_root_key_rotation()
    {
        var store = new InMemoryKeyStore();
        using var old = new EnvironmentRootKeyProvider("R", n => n == "R" ? TestKeys.RootText : null);
        using (var ring = new OrgKeyRing(old, store))
        {
            (await ring.GetActiveKekAsync(TestKeys.Org, Cancellation)).Dispose();
            (await ring.GetActiveKekAsync(TestKeys.OtherOrg, Cancellation)).Dispose();
        }

        using var both = new EnvironmentRootKeyProvider("R", n =>
            n == "R" ? TestKeys.OtherRootText : TestKeys.RootText
        );
        RootRewrapProgress progress = await new RootKeyRotation(both, store) { PageSize = 1 }.RewrapAsync(
            cancellationToken: Cancellation
        );
        Assert.Equal((2, 0), (progress.Rewrapped, progress.Remaining));
        using var only = new EnvironmentRootKeyProvider("R", n => n == "R" ? TestKeys.OtherRootText : null);
        using var after = new OrgKeyRing(only, store);
        using OrgKek kek = await after.GetActiveKekAsync(TestKeys.Org, Cancellation);
        Assert.Equal(1, kek.Epoch);
    }

    static Guid NewOrg() => new(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
}
