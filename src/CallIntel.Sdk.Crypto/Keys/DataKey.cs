using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A key that encrypts field values (DEK). Its id proves which key it is; the uses it may still make are counted.</summary>
/// <remarks>
/// Thread-safe. Disposing zeroes the key as soon as no running call uses it any more; later calls answer that the key
/// is unavailable, and
/// disposing again changes nothing. Encrypting spends uses that were reserved before by <see cref="ReserveAsync"/>, so
/// that a crash can
/// waste uses but never exceed the cap. The keys of a <see cref="DataKeyCache"/> are reached through <see cref="DataKeyRef"/> instead.
/// </remarks>
public sealed class DataKey : IDisposable
{
    private long _allowance;
    private long _granted;
    private int _holds = 1;

    internal DataKey(Guid orgId, KeySubject subject, ReadOnlySpan<byte> material)
    {
        OrgId = orgId;
        Subject = subject;
        Cipher = new KeyedCipher(material);
        Id = ComputeId(material, orgId, subject.Purpose);
    }

    /// <summary>The org.</summary>
    public Guid OrgId { get; }

    /// <summary>Whose data the key protects. Authenticated by the wrapping.</summary>
    public KeySubject Subject { get; }

    /// <summary>What the key is for.</summary>
    public KeyPurpose Purpose => Subject.Purpose;

    /// <summary>The id: lookup key and commitment.</summary>
    public KeyId Id { get; }

    /// <summary>How many uses are reserved and not yet spent.</summary>
    /// <value>0 for a key that was loaded to decrypt.</value>
    public long Allowance => Math.Max(0, Interlocked.Read(ref _allowance));

    internal KeyedCipher Cipher { get; }

    /// <summary>Makes a random key. It cannot encrypt before uses are reserved for it.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="subject">Whose data it will protect.</param>
    /// <returns>The key, owned by the caller.</returns>
    public static DataKey Generate(Guid orgId, KeySubject subject)
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

    /// <summary>Reserves uses durably, and only then lets the key make them.</summary>
    /// <param name="budget">Where uses are counted.</param>
    /// <param name="uses">How many, at least 1.</param>
    /// <param name="cancellationToken">Stops the wait. Uses that were reserved by then are wasted.</param>
    /// <returns>How many were granted: fewer than asked, down to 0, when the key nears its cap.</returns>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.KeyStoreContractBroken"/>: the budget granted more than was asked for.</exception>
    public async ValueTask<long> ReserveAsync(
        IKeyBudget budget,
        long uses,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentOutOfRangeException.ThrowIfLessThan(uses, 1);
        long granted = await budget
            .ReserveAsync(OrgId, Id, uses, Purpose.UsageCap, cancellationToken)
            .ConfigureAwait(false);
        AddGrant(granted, uses);
        return granted;
    }

    /// <summary>Zeroes the key as soon as no running call uses it any more.</summary>
    public void Dispose() => Cipher.Close();

    /// <summary>The key's id and purpose. Never the key.</summary>
    /// <returns>For logs.</returns>
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

    /// <summary>Adds uses that are durably reserved.</summary>
    internal void AddGrant(long granted, long requested)
    {
        if (granted < 0 || granted > requested || Interlocked.Add(ref _granted, granted) > Purpose.UsageCap)
        {
            throw new CallIntelException(
                CryptoErrorCodes.KeyStoreContractBroken,
                "A key budget granted more uses than were asked for, or more than the key's cap allows.",
                "Fix the IKeyBudget or IDataKeyStore implementation: grant between 0 and the uses asked for, and never more than the cap in total."
            );
        }

        Interlocked.Add(ref _allowance, granted);
    }

    /// <summary>
    /// Keeps the key for one holder; false when it is gone. The one who made the key holds it already.
    /// </summary>
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

    /// <summary>Gives a hold back. With the last one the key is zeroed as soon as no running call uses it.</summary>
    /// <exception cref="InvalidOperationException">More holds were given back than were taken.</exception>
    internal void Unhold()
    {
        int left = Interlocked.Decrement(ref _holds);
        if (left < 0)
            throw new InvalidOperationException("A hold on a data key was given back more often than it was taken.");

        if (left == 0)
            Cipher.Close();
    }

    internal bool IsHeld => Volatile.Read(ref _holds) > 0;

    internal bool TrySpendUse()
    {
        if (Interlocked.Decrement(ref _allowance) >= 0)
            return true;

        Interlocked.Increment(ref _allowance);
        return false;
    }
}
