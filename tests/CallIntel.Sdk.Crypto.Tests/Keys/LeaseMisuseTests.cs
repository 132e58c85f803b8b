using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Callers that dispose leases twice or use them after disposal.</summary>
public class LeaseMisuseTests
{
    [Fact]
    public async Task Concurrent_misuse_of_leases_never_encrypts_under_a_zeroed_key_or_repeats_a_nonce()
    {
        using var system = new KeySystem(new DataKeyCacheOptions { Capacity = 3 });
        var envelopes = new ConcurrentBag<byte[]>();
        int iterations = TestScale.Count(2_000, 100_000);
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(thread =>
                    Task.Run(async () =>
                    {
                        for (int i = 0; i < iterations; i++)
                        {
                            KeySubject subject = KeySubject.Person(
                                new Guid(1 + (i * (thread + 1) % 7), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                            );
                            if (
                                !system.Cache.TryRentForEncryption(
                                    TestKeys.Org,
                                    new KeyDemand(subject, 1),
                                    out DataKeyLease lease
                                )
                            )
                            {
                                using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(
                                    TestKeys.Org,
                                    [new KeyDemand(subject, 1)]
                                );
                                keys.Dispose();
                                continue;
                            }

                            byte[] envelope = new byte[EnvelopeFormat.GetLength(1)];
                            if (i % 3 == 0)
                                lease.Dispose();

                            EncryptResult result = FieldCipher.TryEncrypt(
                                lease.Value,
                                TestKeys.Body,
                                TestKeys.Row,
                                "x"u8,
                                envelope,
                                out _
                            );
                            lease.Dispose();
                            lease.Dispose();
                            if (result == EncryptResult.Ok)
                                envelopes.Add(envelope);
                        }
                    })
                )
        );

        Assert.True(envelopes.Count > iterations, "Too few envelopes were made to show anything.");
        Assert.Equal(0, envelopes.Count(IsUnderTheZeroKey));
        Assert.Equal(
            0,
            envelopes.Count - envelopes.Select(e => Convert.ToHexString(e.AsSpan(3, 44))).Distinct().Count()
        );
    }

    [Fact]
    public async Task Disposing_copies_of_a_lease_releases_the_key_once()
    {
        using var system = new KeySystem();
        KeyId id = await system.CreateKeyAsync(TestKeys.Row);
        using DataKeyLease held = await system.Cache.RentAsync(TestKeys.Org, id, TestContext.Current.CancellationToken);
        system.Cache.Invalidate(TestKeys.Org, id);
        DataKeyLease other = Rent(system, await system.CreateKeyAsync(TestKeys.Person.Id));
        DataKeyLease copy = other;
        for (int i = 0; i < 5; i++)
        {
            other.Dispose();
            copy.Dispose();
        }

        // The object behind the disposed lease now serves another lease. A copy of the old lease must not release it.
        DataKeyLease next = Rent(system, other.Value.Id);
        copy.Dispose();
        system.Cache.Invalidate(TestKeys.Org, next.Value.Id);
        TestKeys.Encrypt(next.Value, TestKeys.Body, "x"u8);
        Assert.False(held.Value.Cipher.IsZeroed);
        next.Dispose();
        Assert.True(next.Value.Cipher.IsZeroed);
    }

    [Fact]
    public async Task A_key_of_a_set_stops_working_when_the_set_is_disposed()
    {
        Assert.False(typeof(IDisposable).IsAssignableFrom(typeof(DataKeyRef)));
        Assert.DoesNotContain(typeof(DataKeyRef).GetProperties(), p =>
            typeof(IDisposable).IsAssignableFrom(p.PropertyType)
        );
        using var system = new KeySystem(new DataKeyCacheOptions { Capacity = 1 });
        KeySubject[] people = [KeySubject.Person(TestKeys.Row), TestKeys.Person];
        DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [.. people.Select(p => new KeyDemand(p, 1))],
            TestContext.Current.CancellationToken
        );
        DataKeyRef evicted = people.Select(p => keys[p]).First(k => !system.Cache.TryRent(TestKeys.Org, k.Id, out _));
        byte[] envelope = new byte[EnvelopeFormat.GetLength(1)];
        Assert.Equal(
            EncryptResult.Ok,
            FieldCipher.TryEncrypt(evicted, TestKeys.Body, TestKeys.Row, "x"u8, envelope, out _)
        );
        keys.Dispose();
        keys.Dispose();
        Assert.Equal(KeyLookup.NotCached, keys[people[0]].Status);
        Assert.Equal(
            EncryptResult.KeyUnavailable,
            FieldCipher.TryEncrypt(evicted, TestKeys.Body, TestKeys.Row, "x"u8, new byte[64], out _)
        );
        Assert.Equal(
            DecryptResult.UnknownKey,
            FieldCipher.TryDecrypt(evicted, TestKeys.Body, TestKeys.Row, envelope, new byte[1], out _)
        );
    }

    [Fact]
    public void Releasing_a_reference_too_often_throws()
    {
        var secret = new SecretKey(new byte[32]);
        secret.Dispose();
        secret.Dispose();
        Assert.Throws<InvalidOperationException>(secret.Release);
        DataKey key = TestKeys.Create();
        key.Unhold();
        Assert.Throws<InvalidOperationException>(key.Unhold);
        Assert.False(key.TryHold());
    }

    [Fact]
    public void A_zeroed_key_returns_no_cipher_even_if_its_reference_count_is_wrong()
    {
        DataKey key = TestKeys.Create();
        key.Dispose();
        Assert.True(key.Cipher.IsZeroed);
        References(key.Cipher) = 3;
        Closed(key.Cipher) = false;
        Assert.True(key.Cipher.TryAcquire());
        Assert.False(key.Cipher.TryRent(out _));
        Assert.Equal(
            EncryptResult.KeyUnavailable,
            FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, "x"u8, new byte[64], out _)
        );
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_references")]
    static extern ref int References(SecretKey key);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_closed")]
    static extern ref bool Closed(SecretKey key);

    static DataKeyLease Rent(KeySystem system, KeyId id)
    {
        Assert.True(system.Cache.TryRent(TestKeys.Org, id, out DataKeyLease lease));
        return lease;
    }

    static bool IsUnderTheZeroKey(byte[] envelope)
    {
        Span<byte> associatedData = stackalloc byte[EnvelopeFormat.AssociatedDataLength];
        EnvelopeSealer.WriteAssociatedData(associatedData, envelope, TestKeys.Body, TestKeys.Row);
        using var cipher = new AesGcm(new byte[32], AesGcmSizes.Tag);
        return EnvelopeSealer.Open(cipher, envelope, associatedData, new byte[1], out _) == DecryptResult.Ok;
    }
}
