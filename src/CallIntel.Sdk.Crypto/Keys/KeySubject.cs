using System.Buffers.Binary;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Whose data a key protects: one person, or one scope in one bucket of time. An org has one active key for each.</summary>
/// <param name="Purpose">What the key is for.</param>
/// <param name="Id">The person, or the bucket of the scope.</param>
/// <remarks>Immutable and thread-safe.</remarks>
public readonly record struct KeySubject(KeyPurpose Purpose, Guid Id)
{
    /// <summary>One person.</summary>
    /// <param name="personId">The id of the person, for example of a contact.</param>
    /// <returns>The subject.</returns>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.IdMissing"/>: the id is empty.</exception>
    public static KeySubject Person(Guid personId) =>
        personId == Guid.Empty ? throw KeyFaults.NoId("person") : new(KeyPurpose.Person, personId);

    /// <summary>One scope in one bucket.</summary>
    /// <param name="name">The data class, for example <c>rejects</c>.</param>
    /// <param name="bucket">The bucket, for example the month as 202611. Not negative. Default 0: one key for all time, replaced when its uses are spent.</param>
    /// <returns>The subject. Its id holds the bucket in its last four bytes.</returns>
    /// <exception cref="ArgumentException">The name is not allowed in a <see cref="KeyPurpose"/>, or the bucket is negative.</exception>
    public static KeySubject Scope(string name, int bucket = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bucket);
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        BinaryPrimitives.WriteInt32BigEndian(id[12..], bucket);
        return new KeySubject(KeyPurpose.Scope(name), new Guid(id, bigEndian: true));
    }
}
