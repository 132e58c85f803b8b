using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// A signed state of the Merkle tree of an org and a month, in the text form of C2SP tlog-checkpoint.
/// </summary>
public sealed record Checkpoint
{
    /// <summary>The name of the tree: <c>callintel/ORG/YYYY-MM</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The number of leaves.</summary>
    public required long Size { get; init; }

    /// <summary>The root of the tree, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Root { get; init; }

    /// <summary>The checkpoint with its signature, as C2SP tlog-checkpoint defines it.</summary>
    public required string Note { get; init; }

    /// <summary>Returns the name of a tree.</summary>
    /// <param name="org">The org.</param>
    /// <param name="month">A day of the month.</param>
    public static string OriginOf(Tenancy.OrgId org, DateOnly month) =>
        string.Create(CultureInfo.InvariantCulture, $"callintel/{org.Value:D}/{month:yyyy-MM}");

    /// <summary>Creates and signs a checkpoint.</summary>
    internal static Checkpoint Sign(string origin, long size, byte[] root, SealKey key)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{origin}\n{size}\n{Convert.ToBase64String(root)}\n"
        );
        string signature = Convert.ToBase64String([.. key.Id, .. key.Sign(text)]);
        return new Checkpoint
        {
            Origin = origin,
            Size = size,
            Root = root,
            Note = $"{text}\n— {key.Name} {signature}\n",
        };
    }

    /// <summary>Reads a checkpoint and verifies that a key of the ring signed it.</summary>
    /// <param name="note">The text.</param>
    /// <param name="keys">The keys.</param>
    /// <returns>The checkpoint; null if the text is not a checkpoint, or no key of the ring signed it.</returns>
    public static Checkpoint? Open(string note, SealKeyRing keys)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(keys);
        int end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0)
            return null;
        string text = note[..(end + 1)];
        string[] lines = text.Split('\n');
        Span<byte> root = stackalloc byte[MerkleTree.HashBytes];
        if (
            lines.Length < 4
            || lines[0].Length == 0
            || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            || !Convert.TryFromBase64String(lines[2], root, out int length)
            || length != MerkleTree.HashBytes
            || !note[(end + 2)..].Split('\n').Any(line => IsSigned(line, text, keys))
        )
            return null;
        return new Checkpoint
        {
            Origin = lines[0],
            Size = size,
            Root = root.ToArray(),
            Note = note,
        };
    }

    static bool IsSigned(string line, string text, SealKeyRing keys)
    {
        string[] parts = line.Split(' ');
        if (parts is not ["—", var name, var encoded] || encoded.Length > 1000)
            return false;
        byte[] signature = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, signature, out int length) || length <= 4)
            return false;
        return keys.Keys.Any(key =>
            key.Name == name
            && key.Id.AsSpan().SequenceEqual(signature.AsSpan(0, 4))
            && key.Verify(text, signature.AsSpan(4, length - 4))
        );
    }
}
