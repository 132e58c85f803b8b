using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// The 32-byte id of a data key: an HMAC-SHA-256 of its org and purpose under the key. It finds the key and commits to
/// it: nobody can create a second key with the same id, or reuse the key for another org or purpose.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. An id is not secret, but it shows which values were encrypted under the same key.
/// </remarks>
public readonly struct KeyId : IEquatable<KeyId>, IComparable<KeyId>
{
    /// <summary>The length in bytes: 32.</summary>
    public const int Length = 32;

    readonly Bytes _bytes;

    /// <summary>Creates an id from its bytes.</summary>
    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">The length is not 32.</exception>
    public KeyId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException("A key id has to have 32 bytes.", nameof(bytes));

        _bytes = MemoryMarshal.Read<Bytes>(bytes);
    }

    /// <summary>Returns whether two ids are equal.</summary>
    /// <param name="left">The first id.</param>
    /// <param name="right">The second id.</param>
    /// <returns><see langword="true"/> if they are equal.</returns>
    public static bool operator ==(KeyId left, KeyId right) => left.Equals(right);

    /// <summary>Returns whether two ids differ.</summary>
    /// <param name="left">The first id.</param>
    /// <param name="right">The second id.</param>
    /// <returns><see langword="true"/> if they differ.</returns>
    public static bool operator !=(KeyId left, KeyId right) => !left.Equals(right);

    /// <summary>Returns whether one id sorts before another, in the order of bytea in PostgreSQL.</summary>
    /// <param name="left">The first id.</param>
    /// <param name="right">The second id.</param>
    /// <returns><see langword="true"/> if the first id is smaller.</returns>
    public static bool operator <(KeyId left, KeyId right) => left.CompareTo(right) < 0;

    /// <summary>Returns whether one id sorts after another, in the order of bytea in PostgreSQL.</summary>
    /// <param name="left">The first id.</param>
    /// <param name="right">The second id.</param>
    /// <returns><see langword="true"/> if the first id is greater.</returns>
    public static bool operator >(KeyId left, KeyId right) => left.CompareTo(right) > 0;

    /// <summary>Returns whether one id sorts before another or is equal to it.</summary>
    /// <param name="left">The first id.</param>
    /// <param name="right">The second id.</param>
    /// <returns><see langword="true"/> if the first id is not greater.</returns>
    public static bool operator <=(KeyId left, KeyId right) => left.CompareTo(right) <= 0;

    /// <summary>Returns whether one id sorts after another or is equal to it.</summary>
    /// <param name="left">The first id.</param>
    /// <param name="right">The second id.</param>
    /// <returns><see langword="true"/> if the first id is not smaller.</returns>
    public static bool operator >=(KeyId left, KeyId right) => left.CompareTo(right) >= 0;

    /// <summary>Copies the 32 bytes.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public void CopyTo(Span<byte> destination) => AsSpan(in this).CopyTo(destination);

    /// <summary>Returns the 32 bytes as a new array.</summary>
    /// <returns>The array.</returns>
    public byte[] ToArray() => AsSpan(in this).ToArray();

    /// <summary>Compares in constant time.</summary>
    /// <param name="other">The bytes of the other id.</param>
    /// <returns><see langword="true"/> if the bytes are the same.</returns>
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
    /// <remarks>
    /// Seeded per process, because ids come from stored envelopes: a writer of rows could otherwise cause collisions.
    /// </remarks>
    public override int GetHashCode() => HashCode.Combine(_bytes.A, _bytes.B, _bytes.C, _bytes.D);

    /// <inheritdoc/>
    public int CompareTo(KeyId other) => AsSpan(in this).SequenceCompareTo(AsSpan(in other));

    /// <summary>Returns the id in lower-case hexadecimal.</summary>
    /// <returns>64 characters.</returns>
    public override string ToString() => Convert.ToHexStringLower(AsSpan(in this));

    static ReadOnlySpan<byte> AsSpan(in KeyId id) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<Bytes>(in Unsafe.AsRef(in id._bytes)));

    [StructLayout(LayoutKind.Sequential)]
    readonly struct Bytes
    {
        internal readonly ulong A;
        internal readonly ulong B;
        internal readonly ulong C;
        internal readonly ulong D;
    }
}
