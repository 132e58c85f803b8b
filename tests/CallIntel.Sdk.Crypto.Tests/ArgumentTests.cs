using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests;

public class ArgumentTests
{
    [Fact]
    public async Task Missing_arguments_are_rejected_by_name()
    {
        using DataKey key = TestKeys.Create();
        using var system = new KeySystem();
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        byte[] buffer = new byte[100];
        Null("field", () => FieldCipher.TryEncrypt(key, null!, TestKeys.Row, default, buffer, out _));
        Null("field", () => FieldCipher.TryEncryptText(key, null!, TestKeys.Row, default, buffer, out _));
        Null("field", () => FieldCipher.GetEnvelopeLength(null!, default));
        Null("field", () => FieldCipher.TryDecrypt(key, null!, TestKeys.Row, default, buffer, out _));
        Null("store", () => _ = new DataKeyCache(null!, system.OrgKeys));
        Null("orgKeys", () => _ = new DataKeyCache(system.Store, null!));
        Null("root", () => _ = new OrgKeyRing(null!, system.Store));
        Null("store", () => _ = new OrgKeyRing(system.Root, null!));
        Null("store", () => _ = new DekRewrapper(null!, system.OrgKeys));
        Null("orgKeys", () => _ = new DekRewrapper(system.Store, null!));
        Null("orgStore", () => _ = new EpochRotation(null!, system.Store, system.OrgKeys));
        Null("dataStore", () => _ = new EpochRotation(system.Store, null!, system.OrgKeys));
        Null("orgKeys", () => _ = new EpochRotation(system.Store, system.Store, null!));
        await NullAsync("keyIds", async () => await system.Cache.RentManyAsync(TestKeys.Org, null!, cancellation));
        await NullAsync("demands", async () =>
            await system.Cache.RentForEncryptionAsync(TestKeys.Org, null!, cancellation)
        );
        await NullAsync("wrapped", async () => await system.Root.UnwrapAsync(default, null!, buffer, cancellation));
        await NullAsync("items", async () => await system.Root.RewrapManyAsync(null!, cancellation));
        await NullAsync("ring", async () =>
            await OrgKeyRingExtensions.GetBlindIndexKeysAsync(null!, TestKeys.Org, "phone", cancellation)
        );
        await NullAsync("ring", async () =>
            await OrgKeyRingExtensions.FindBlindIndexKeysAsync(null!, TestKeys.Org, "phone", cancellation)
        );
        Null("protection", () => KeyRingFileProvider.Open("x", null!));
        Assert.Equal(
            "path",
            Assert
                .Throws<ArgumentException>(() => KeyRingFileProvider.Open("", KeyRingProtection.FileModeOnly))
                .ParamName
        );
        Assert.Equal("passphrase", Assert.Throws<ArgumentException>(() => KeyRingProtection.Passphrase("")).ParamName);
        Assert.Equal(
            "variable",
            Assert.Throws<ArgumentException>(() => KeyRingProtection.EnvironmentKey("")).ParamName
        );
        Assert.Equal("variable", Assert.Throws<ArgumentException>(() => new EnvironmentRootKeyProvider("")).ParamName);
    }

    static void Null(string name, Action action) =>
        Assert.Equal(name, Assert.Throws<ArgumentNullException>(action).ParamName);

    static async Task NullAsync(string name, Func<Task> action) =>
        Assert.Equal(name, (await Assert.ThrowsAsync<ArgumentNullException>(action)).ParamName);
}
