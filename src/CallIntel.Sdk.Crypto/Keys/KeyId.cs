using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// The 32-byte id of a data key: HMAC-SHA-256 of the key over its org and purpose. It finds the key and commits to it: nobody can
/// make a second key with the same id, nor the same key for another org or purpose.
/// </summary>
/// <remarks>Not secret, but it links what was encrypted under one key. Immutable and thread-safe.</remarks>
public readonly struct KeyId : IEquatable<KeyId>, IComparable<KeyId>
{
    /// <summary>The length in bytes: 32.</summary>
    public const int Length = 32;

    private readonly Bytes _bytes;

    /// <summary>Reads an id.</summary>
    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">The length is not 32.</exception>
    public KeyId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException("A key id has 32 bytes.", nameof(bytes));

        _bytes = MemoryMarshal.Read<Bytes>(bytes);
    }

    /// <summary>Whether two ids are equal.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if they are.</returns>
    public static bool operator ==(KeyId left, KeyId right) => left.Equals(right);

    /// <summary>Whether two ids differ.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if they do.</returns>
    public static bool operator !=(KeyId left, KeyId right) => !left.Equals(right);

    /// <summary>Whether one id sorts before another, as PostgreSQL sorts bytea.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if the left one is smaller.</returns>
    public static bool operator <(KeyId left, KeyId right) => left.CompareTo(right) < 0;

    /// <summary>Whether one id sorts after another, as PostgreSQL sorts bytea.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if the left one is greater.</returns>
    public static bool operator >(KeyId left, KeyId right) => left.CompareTo(right) > 0;

    /// <summary>Whether one id sorts before another or is the same.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if the left one is not greater.</returns>
    public static bool operator <=(KeyId left, KeyId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one id sorts after another or is the same.</summary>
    /// <param name="left">One id.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if the left one is not smaller.</returns>
    public static bool operator >=(KeyId left, KeyId right) => left.CompareTo(right) >= 0;

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public void CopyTo(Span<byte> destination) => AsSpan(in this).CopyTo(destination);

    /// <summary>The 32 bytes as a new array.</summary>
    /// <returns>The array.</returns>
    public byte[] ToArray() => AsSpan(in this).ToArray();

    /// <summary>Compares in a time that does not depend on where the two differ.</summary>
    /// <param name="other">The bytes of the other id.</param>
    /// <returns><see langword="true"/> if they are the same 32 bytes.</returns>
    public bool FixedTimeEquals(ReadOnlySpan<byte> other) =>
        CryptographicOperations.FixedTimeEquals(AsSpan(in this), other);

    /// <inheritdoc/>
    public bool Equals(KeyId other) =>
        _bytes.A == other._bytes.A
        && _bytes.B == other._bytes.B
        && _bytes.C == other._bytes.C
        && _bytes.D == other._bytes.D;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KeyId other && Equals(other);

    /// <inheritdoc/>
    /// <remarks>Seeded per process: ids come from stored envelopes, so a writer of rows could otherwise choose colliding ones.</remarks>
    public override int GetHashCode() => HashCode.Combine(_bytes.A, _bytes.B, _bytes.C, _bytes.D);

    /// <inheritdoc/>
    public int CompareTo(KeyId other) => AsSpan(in this).SequenceCompareTo(AsSpan(in other));

    /// <summary>The id in lower-case hexadecimal.</summary>
    /// <returns>64 characters.</returns>
    public override string ToString() => Convert.ToHexStringLower(AsSpan(in this));

    private static ReadOnlySpan<byte> AsSpan(in KeyId id) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<Bytes>(in Unsafe.AsRef(in id._bytes)));

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Bytes
    {
        internal readonly ulong A;
        internal readonly ulong B;
        internal readonly ulong C;
        internal readonly ulong D;
    }
}
