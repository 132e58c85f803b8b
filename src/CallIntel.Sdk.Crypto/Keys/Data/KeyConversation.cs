using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// The people whose content one key protects together, for example the parties of a group message or a conference.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. The key is wrapped once for each party, under the data key of that party. Destroying the
/// key of one party leaves the content readable for the others. Destroying the keys of all parties, or that of the
/// author, destroys the content.
/// </remarks>
public sealed class KeyConversation
{
    static ReadOnlySpan<byte> Label => "ci/conv/v1"u8;

    /// <summary>Creates a conversation.</summary>
    /// <param name="parties">The ids of the parties, for example of contacts, at least two different ones.</param>
    /// <param name="author">
    /// The party that wrote everything that the key protects. Default: no single party did, as in a transcript.
    /// </param>
    /// <exception cref="CallIntelException"><see cref="CryptoErrorCodes.IdMissing"/>: an id is empty.</exception>
    /// <exception cref="ArgumentException">There are fewer than two parties, or the author is none of them.</exception>
    public KeyConversation(IEnumerable<Guid> parties, Guid? author = null)
    {
        ArgumentNullException.ThrowIfNull(parties);
        Guid[] sorted = [.. parties.Distinct().Order()];
        if (sorted.Contains(Guid.Empty))
            throw KeyFaults.NoId("party");
        if (sorted.Length < 2)
            throw new ArgumentException("A conversation has at least two parties.", nameof(parties));
        if (author is { } one && !sorted.Contains(one))
            throw new ArgumentException("The author of a conversation has to be one of its parties.", nameof(author));
        Parties = sorted;
        Author = author;
        Subject = new KeySubject(KeyPurpose.Conversation, ComputeId(sorted, author));
    }

    /// <summary>Gets the parties, without duplicates, in ascending order.</summary>
    public IReadOnlyList<Guid> Parties { get; }

    /// <summary>Gets the party that wrote everything that the key protects.</summary>
    /// <value><see langword="null"/> if no single party did.</value>
    public Guid? Author { get; }

    /// <summary>
    /// Gets the subject of the key. Its id is a digest of the author and the parties, so all records of the same
    /// conversation share one key.
    /// </summary>
    public KeySubject Subject { get; }

    /// <summary>Returns the number of parties only; their ids are not included.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{nameof(KeyConversation)} {{ {Parties.Count} parties }}";

    static Guid ComputeId(Guid[] parties, Guid? author)
    {
        byte[] message = new byte[Label.Length + 16 + (16 * parties.Length)];
        Label.CopyTo(message);
        (author ?? Guid.Empty).TryWriteBytes(message.AsSpan(Label.Length), bigEndian: true, out _);
        for (int i = 0; i < parties.Length; i++)
            parties[i].TryWriteBytes(message.AsSpan(Label.Length + 16 + (16 * i)), bigEndian: true, out _);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, digest);
        return new Guid(digest[..16], bigEndian: true);
    }
}
