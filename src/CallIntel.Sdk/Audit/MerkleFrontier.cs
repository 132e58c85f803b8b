using System.Numerics;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// The right edge of a Merkle tree: the roots of its complete subtrees, which is all that appending and computing the
/// root need.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
sealed class MerkleFrontier
{
    /// <summary>The roots of complete subtrees, the largest first: one for each bit of the size.</summary>
    readonly List<byte[]> _peaks = [];

    internal MerkleFrontier() { }

    /// <param name="size">The number of leaves.</param>
    /// <param name="peaks">The roots of the complete subtrees, as <see cref="ToBytes"/> returns them.</param>
    internal MerkleFrontier(long size, ReadOnlySpan<byte> peaks)
    {
        Size = size;
        for (; peaks.Length >= MerkleTree.HashBytes; peaks = peaks[MerkleTree.HashBytes..])
            _peaks.Add(peaks[..MerkleTree.HashBytes].ToArray());
    }

    internal long Size { get; private set; }

    /// <summary>Whether the number of subtrees fits the size.</summary>
    internal bool IsValid => _peaks.Count == BitOperations.PopCount((ulong)Size);

    internal void Append(byte[] leaf)
    {
        byte[] node = leaf;
        for (long bit = Size; (bit & 1) == 1; bit >>= 1)
        {
            node = MerkleTree.HashNode(_peaks[^1], node);
            _peaks.RemoveAt(_peaks.Count - 1);
        }
        _peaks.Add(node);
        Size++;
    }

    internal byte[] Root()
    {
        if (_peaks.Count == 0)
            return SHA256.HashData([]);
        byte[] root = _peaks[^1];
        for (int i = _peaks.Count - 2; i >= 0; i--)
            root = MerkleTree.HashNode(_peaks[i], root);
        return root;
    }

    internal byte[] ToBytes() => [.. _peaks.SelectMany(peak => peak)];
}
