using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A key that encrypts field values. It counts the uses that it has left.</summary>
/// <remarks>
/// Thread-safe. Disposing zeroes the key when the calls that are running now end. Later calls report that the key is
/// unavailable. The uses were reserved in the store before, so a crash can waste uses but never exceed the cap. The
/// <see cref="DataKeyCache"/> gives callers a <see cref="DataKeyRef"/> instead of the key.
/// </remarks>
sealed class DataKey : IDisposable
{
    long _allowance;
    long _granted;
    int _holds = 1;

    internal DataKey(Guid orgId, KeySubject subject, ReadOnlySpan<byte> material)
    {
        OrgId = orgId;
        Subject = subject;
        Cipher = new KeyedCipher(material);
        Id = ComputeId(material, orgId, subject.Purpose);
    }

    internal Guid OrgId { get; }

    internal KeySubject Subject { get; }

    internal KeyPurpose Purpose => Subject.Purpose;

    /// <summary>The id, which finds the key and commits to it.</summary>
    internal KeyId Id { get; }

    /// <summary>How many values the key may still encrypt. 0 for a key that was loaded to decrypt.</summary>
    internal long Allowance => Math.Max(0, Interlocked.Read(ref _allowance));

    internal KeyedCipher Cipher { get; }

    internal bool IsHeld => Volatile.Read(ref _holds) > 0;

    /// <summary>Creates a random key without uses.</summary>
    internal static DataKey Generate(Guid orgId, KeySubject subject)
    {
        Span<byte> material = stackalloc byte[SecretKey.Length];
        RandomNumberGenerator.Fill(material);
        try
        {
            return new DataKey(orgId, subject, material);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    public void Dispose() => Cipher.Close();

    /// <summary>Returns the purpose and the id, for logs. Never contains the key.</summary>
    public override string ToString() => $"DataKey {Purpose} {Id}";

    internal static KeyId ComputeId(ReadOnlySpan<byte> material, Guid orgId, KeyPurpose purpose)
    {
        ReadOnlySpan<byte> label = "ci/kid/v1"u8;
        Span<byte> message = stackalloc byte[label.Length + 16 + KeyPurpose.MaxLength];
        label.CopyTo(message);
        orgId.TryWriteBytes(message[label.Length..], bigEndian: true, out _);
        int length = label.Length + 16 + purpose.WriteUtf8(message[(label.Length + 16)..]);
        Span<byte> id = stackalloc byte[KeyId.Length];
        HMACSHA256.HashData(material, message[..length], id);
        return new KeyId(id);
    }

    /// <summary>Adds uses that the store has reserved.</summary>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.KeyStoreContractBroken"/>: the store granted more than the key's cap in total.
    /// </exception>
    internal void AddGrant(long uses)
    {
        if (uses < 0 || Interlocked.Add(ref _granted, uses) > Purpose.UsageCap)
            throw KeyFaults.StoreContract("The data key store granted more uses of a key than the key's cap allows.");

        Interlocked.Add(ref _allowance, uses);
    }

    /// <summary>Adds a holder; false if the key is gone. The creator of the key is its first holder.</summary>
    internal bool TryHold()
    {
        int holds = Volatile.Read(ref _holds);
        while (holds > 0 && !Cipher.IsZeroed)
        {
            int seen = Interlocked.CompareExchange(ref _holds, holds + 1, holds);
            if (seen == holds)
                return true;

            holds = seen;
        }

        return false;
    }

    /// <summary>
    /// Removes a holder. When the last one is removed, the key is zeroed once running calls have ended.
    /// </summary>
    /// <exception cref="InvalidOperationException">More holders were removed than added.</exception>
    internal void Unhold()
    {
        int left = Interlocked.Decrement(ref _holds);
        if (left < 0)
            throw new InvalidOperationException("A hold on a data key was released more often than it was taken.");

        if (left == 0)
            Cipher.Close();
    }

    internal bool TrySpendUse()
    {
        if (Interlocked.Decrement(ref _allowance) >= 0)
            return true;

        Interlocked.Increment(ref _allowance);
        return false;
    }
}
