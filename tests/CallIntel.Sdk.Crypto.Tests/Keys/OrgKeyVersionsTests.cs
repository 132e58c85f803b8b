using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>The versions of an org key, in use and after disposal.</summary>
public sealed class OrgKeyVersionsTests : IDisposable
{
    readonly EnvironmentRootKeyProvider _root = new("R", n => n == "R" ? TestKeys.RootText : null);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_newest_of_two_active_versions_encrypts()
    {
        var store = new InMemoryKeyStore();
        foreach (int version in new[] { 1, 2 })
            store.Put(await RecordAsync(OrgKeyKind.Kek, version));

        using var ring = new OrgKeyRing(_root, store);
        using OrgKek kek = await ring.GetActiveKekAsync(TestKeys.Org, Cancellation);
        Assert.Equal(2, kek.Epoch);
    }

    [Fact]
    public async Task Coded_exceptions_of_a_provider_pass_through()
    {
        OrgKeyRecord record = await RecordAsync(OrgKeyKind.Kek, 1);
        CallIntelException coded = new(CryptoErrorCodes.RootOperationUnsupported, "No.", "None.");
        Assert.Same(
            coded,
            await Assert.ThrowsAsync<CallIntelException>(() =>
                OrgKeyVersions.UnwrapAsync([record], new FailingProvider(coded))
            )
        );
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootProviderUnavailable, () =>
            OrgKeyVersions.UnwrapAsync([record], new FailingProvider(new IOException("down")))
        );
    }

    [Fact]
    public async Task Deriving_holds_no_reference_to_a_version()
    {
        OrgKeyVersions versions = await TwoVersionsAsync();
        IReadOnlyList<BlindIndexKey>? keys = Derive(versions);
        Assert.Equal([2, 1], keys!.Select(k => k.Version));
        foreach (BlindIndexKey key in keys!)
            key.Dispose();

        Assert.True(versions.IsHeld);
        versions.Close();
        Assert.False(versions.IsHeld);
        Assert.Null(Derive(versions));
    }

    static IReadOnlyList<BlindIndexKey>? Derive(OrgKeyVersions versions) =>
        versions.TryDerive(
            (version, root) => BlindIndexKey.Derive(root, TestKeys.Org, "contacts", version),
            skipFaulty: false,
            out _
        );

    [Fact]
    public async Task Disposing_zeroes_versions_without_references()
    {
        OrgKeyVersions versions = await TwoVersionsAsync();
        Assert.True(versions.TryAcquire(versions.Find(1)!, out KeyedCipher? held));
        versions.Dispose();
        Assert.True(versions.IsHeld);
        Assert.False(held.IsZeroed);
        held.Release();
        Assert.True(held.IsZeroed);
        Assert.False(versions.IsHeld);
        Assert.False(versions.TryAcquire(versions.Find(2)!, out _));
    }

    async Task<OrgKeyVersions> TwoVersionsAsync() =>
        await OrgKeyVersions.UnwrapAsync(
            [await RecordAsync(OrgKeyKind.BlindIndex, 1), await RecordAsync(OrgKeyKind.BlindIndex, 2)],
            _root
        );

    async Task<OrgKeyRecord> RecordAsync(OrgKeyKind kind, int version)
    {
        using SecretKey material = SecretKey.Generate();
        RootWrappedKey wrapped = await _root.WrapAsync(
            new RootKeyContext(kind, TestKeys.Org, version),
            material.Memory,
            Cancellation
        );
        return new OrgKeyRecord(TestKeys.Org, kind, version, KeyState.Active, wrapped);
    }

    sealed class FailingProvider(Exception failure) : IRootKeyProvider
    {
        public ValueTask<RootWrappedKey> WrapAsync(
            RootKeyContext context,
            ReadOnlyMemory<byte> key,
            CancellationToken cancellationToken = default
        ) => throw failure;

        public ValueTask UnwrapAsync(
            RootKeyContext context,
            RootWrappedKey wrapped,
            Memory<byte> destination,
            CancellationToken cancellationToken = default
        ) => throw failure;

        public ValueTask<IReadOnlyList<RootWrappedKey>> RewrapManyAsync(
            IReadOnlyList<RootRewrapItem> items,
            CancellationToken cancellationToken = default
        ) => throw failure;

        public ValueTask DestroyAsync(string rootKeyId, CancellationToken cancellationToken = default) => throw failure;
    }
}
