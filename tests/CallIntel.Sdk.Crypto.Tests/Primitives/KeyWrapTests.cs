using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Tests.Primitives;

public class KeyWrapTests
{
    const byte Version = 0xD3;

    readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void A_wrapped_key_has_its_version_and_unwraps_to_the_same_key()
    {
        using var wrappingKey = new KeyedCipher(RandomNumberGenerator.GetBytes(32));
        byte[] wrapped = KeyWrap.Wrap(wrappingKey, Version, _key, "context"u8);
        Assert.Equal((61, Version), (wrapped.Length, wrapped[0]));
        byte[] unwrapped = new byte[32];
        Assert.True(KeyWrap.TryUnwrap(wrappingKey, wrapped, "context"u8, unwrapped));
        Assert.Equal(_key, unwrapped);
    }

    [Fact]
    public void A_failed_unwrap_zeroes_the_destination()
    {
        using var wrappingKey = new KeyedCipher(RandomNumberGenerator.GetBytes(32));
        byte[] wrapped = KeyWrap.Wrap(wrappingKey, Version, _key, "context"u8);
        foreach (byte[] wrong in new[] { wrapped[..^1], [.. wrapped, 0], [] })
            AssertFails(wrappingKey, wrong, "context"u8);

        AssertFails(wrappingKey, wrapped, "another context"u8);
        using var another = new KeyedCipher(RandomNumberGenerator.GetBytes(32));
        AssertFails(another, wrapped, "context"u8);
    }

    [Fact]
    public void A_disposed_wrapping_key_throws()
    {
        var wrappingKey = new KeyedCipher(RandomNumberGenerator.GetBytes(32));
        byte[] wrapped = KeyWrap.Wrap(wrappingKey, Version, _key, default);
        wrappingKey.Dispose();
        Assert.Throws<ObjectDisposedException>(() => KeyWrap.Wrap(wrappingKey, Version, _key, default));
        Assert.Throws<ObjectDisposedException>(() => KeyWrap.TryUnwrap(wrappingKey, wrapped, default, new byte[32]));
    }

    static void AssertFails(KeyedCipher wrappingKey, byte[] wrapped, ReadOnlySpan<byte> associatedData)
    {
        byte[] destination = RandomNumberGenerator.GetBytes(32);
        Assert.False(KeyWrap.TryUnwrap(wrappingKey, wrapped, associatedData, destination));
        Assert.Equal(new byte[32], destination);
    }
}
