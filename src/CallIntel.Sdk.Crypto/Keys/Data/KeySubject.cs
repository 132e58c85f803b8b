using System.Buffers.Binary;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// Whose data a key protects: one person, the people of one conversation, or one scope (a class of data) in one period
/// of time. An org has at most one active key for each subject.
/// </summary>
/// <param name="Purpose">The purpose of the key.</param>
/// <param name="Id">
/// The id of the person, the digest of the people of a conversation (<see cref="KeyConversation.Subject"/>), or the
/// bucket of the scope.
/// </param>
/// <remarks>Immutable and thread-safe.</remarks>
public readonly record struct KeySubject(KeyPurpose Purpose, Guid Id)
{
    /// <summary>Creates the subject of one person.</summary>
    /// <param name="personId">The id of the person, for example the id of a contact.</param>
    /// <returns>The subject.</returns>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.IdMissing"/>: the id is empty.</exception>
    public static KeySubject Person(Guid personId) =>
        personId == Guid.Empty ? throw KeyFaults.NoId("person") : new(KeyPurpose.Person, personId);

    /// <summary>Creates the subject of one scope and one bucket.</summary>
    /// <param name="name">The class of data, for example <c>rejects</c>.</param>
    /// <param name="bucket">
    /// The period of time as a number that is not negative, for example 202611 for a month. Default 0: one key for all
    /// time, replaced when it has no uses left.
    /// </param>
    /// <returns>The subject. The last four bytes of its id are the bucket.</returns>
    /// <exception cref="ArgumentException">
    /// The name is not allowed in a <see cref="KeyPurpose"/>, or the bucket is negative.
    /// </exception>
    public static KeySubject Scope(string name, int bucket = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bucket);
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        BinaryPrimitives.WriteInt32BigEndian(id[12..], bucket);
        return new KeySubject(KeyPurpose.Scope(name), new Guid(id, bigEndian: true));
    }
}
