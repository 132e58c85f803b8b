using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

public sealed class EventIdKeyTests : IDisposable
{
    readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("callintel-event-id-").FullName, "ring.json");
    readonly KeyRingFileProvider _root;
    readonly MemoryKeyStore _store = new();
    readonly OrgKeyRing _orgKeys;

    public EventIdKeyTests()
    {
        _root = KeyRingFileProvider.Create(_file, KeyRingProtection.FileModeOnly);
        _orgKeys = new OrgKeyRing(_root, _store);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_key_for_event_ids_is_never_replaced_even_if_its_root_key_is_destroyed()
    {
        await EventIdAsync();
        string old = _root.ActiveRootKeyId;
        _root.Rotate();
        await _root.DestroyAsync(old, Cancellation);
        _orgKeys.Invalidate(TestKeys.Org);

        CallIntelException gone = await Assert.ThrowsAsync<CallIntelException>(EventIdAsync);
        Assert.Equal(CryptoErrorCodes.OrgKeyDestroyed, gone.Code);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await _orgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.EventId, Cancellation)
        );
        Assert.Single(_store.OrgKeys);
    }

    [Fact]
    public async Task Searching_creates_no_key()
    {
        Assert.Null(await _orgKeys.FindBlindIndexKeysAsync(TestKeys.Org, "phone", cancellationToken: Cancellation));
        Assert.Empty(_store.OrgKeys);
        Guid index = await IndexAsync();
        using BlindIndexKeys? found = await _orgKeys.FindBlindIndexKeysAsync(
            TestKeys.Org,
            "phone",
            cancellationToken: Cancellation
        );
        Assert.Equal(index, found!.Active.Compute(BlindIndexKind.PhoneE164, "+4520123456"));
    }

    public void Dispose()
    {
        _orgKeys.Dispose();
        _root.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    async Task<Guid> IndexAsync()
    {
        using BlindIndexKeys keys = await _orgKeys.GetBlindIndexKeysAsync(
            TestKeys.Org,
            "phone",
            cancellationToken: Cancellation
        );
        return keys.Active.Compute(BlindIndexKind.PhoneE164, "+4520123456");
    }

    async Task<byte[]> EventIdAsync()
    {
        using IncrementalHash hash = await _orgKeys.GetEventIdHashAsync(TestKeys.Org, Cancellation);
        hash.AppendData("record"u8);
        return hash.GetHashAndReset();
    }
}
