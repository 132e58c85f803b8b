using System.Numerics;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// The Merkle tree of RFC 6962 over leaf hashes: roots, inclusion proofs and consistency proofs, and their
/// verification.
/// </summary>
/// <remarks>Thread-safe. All hashes are SHA-256 and have 32 bytes.</remarks>
public static class MerkleTree
{
    /// <summary>The number of bytes of a hash: 32.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>Computes the hash of a leaf: SHA-256 over a zero byte and the data.</summary>
    /// <param name="data">The data of the leaf.</param>
    public static byte[] HashLeaf(ReadOnlySpan<byte> data)
    {
        byte[] message = new byte[data.Length + 1];
        data.CopyTo(message.AsSpan(1));
        return SHA256.HashData(message);
    }

    /// <summary>Computes the hash of an inner node: SHA-256 over the byte 1 and both hashes.</summary>
    /// <param name="left">The hash of the left subtree.</param>
    /// <param name="right">The hash of the right subtree.</param>
    public static byte[] HashNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> message = stackalloc byte[1 + 2 * HashBytes];
        message[0] = 1;
        left.CopyTo(message[1..]);
        right.CopyTo(message[(1 + HashBytes)..]);
        return SHA256.HashData(message);
    }

    /// <summary>Computes the root of a tree.</summary>
    /// <param name="leaves">The hashes of the leaves, in order. Without leaves, the root is a hash of nothing.</param>
    public static byte[] Root(IReadOnlyList<byte[]> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        MerkleFrontier frontier = new();
        foreach (byte[] leaf in leaves)
            frontier.Append(leaf);
        return frontier.Root();
    }

    /// <summary>Computes the proof that a leaf is part of a tree: the siblings on its way to the root.</summary>
    /// <param name="leaves">The hashes of the leaves of the tree.</param>
    /// <param name="index">The index of the leaf, from 0.</param>
    /// <returns>The proof, from the leaf to the root.</returns>
    public static IReadOnlyList<byte[]> ProveInclusion(IReadOnlyList<byte[]> leaves, int index)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Count);
        List<byte[]> proof = [];
        int from = 0,
            to = leaves.Count;
        while (to - from > 1)
        {
            int middle = from + Split(to - from);
            if (index < middle)
            {
                proof.Add(Root(leaves, middle, to));
                to = middle;
            }
            else
            {
                proof.Add(Root(leaves, from, middle));
                from = middle;
            }
        }
        proof.Reverse();
        return proof;
    }

    /// <summary>Verifies that a leaf is part of a tree.</summary>
    /// <param name="leaf">The hash of the leaf.</param>
    /// <param name="index">The index of the leaf, from 0.</param>
    /// <param name="size">The number of leaves of the tree.</param>
    /// <param name="proof">The proof, as <see cref="ProveInclusion"/> returns it.</param>
    /// <param name="root">The root of the tree.</param>
    public static bool VerifyInclusion(
        ReadOnlySpan<byte> leaf,
        long index,
        long size,
        IReadOnlyList<byte[]> proof,
        ReadOnlySpan<byte> root
    )
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (index < 0 || index >= size || leaf.Length != HashBytes)
            return false;
        long node = index,
            last = size - 1;
        byte[] hash = leaf.ToArray();
        foreach (byte[] sibling in proof)
        {
            if (last == 0 || sibling.Length != HashBytes)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = HashNode(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
                hash = HashNode(hash, sibling);
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>Computes the proof that a tree begins with the leaves of a smaller one.</summary>
    /// <param name="leaves">The hashes of the leaves of the larger tree.</param>
    /// <param name="size">The number of leaves of the smaller tree: 1 to the number of leaves.</param>
    public static IReadOnlyList<byte[]> ProveConsistency(IReadOnlyList<byte[]> leaves, int size)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, leaves.Count);
        List<byte[]> proof = [];
        int from = 0,
            to = leaves.Count;
        bool isWhole = true;
        while (size != to)
        {
            int middle = from + Split(to - from);
            if (size <= middle)
            {
                proof.Add(Root(leaves, middle, to));
                to = middle;
            }
            else
            {
                proof.Add(Root(leaves, from, middle));
                from = middle;
                isWhole = false;
            }
        }
        if (!isWhole)
            proof.Add(Root(leaves, from, to));
        proof.Reverse();
        return proof;
    }

    /// <summary>Verifies that a tree begins with the leaves of a smaller one.</summary>
    /// <param name="oldSize">The number of leaves of the smaller tree, at least 1.</param>
    /// <param name="oldRoot">The root of the smaller tree.</param>
    /// <param name="size">The number of leaves of the larger tree.</param>
    /// <param name="root">The root of the larger tree.</param>
    /// <param name="proof">The proof, as <see cref="ProveConsistency"/> returns it.</param>
    public static bool VerifyConsistency(
        long oldSize,
        ReadOnlySpan<byte> oldRoot,
        long size,
        ReadOnlySpan<byte> root,
        IReadOnlyList<byte[]> proof
    )
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (oldSize < 1 || oldSize > size || proof.Any(hash => hash.Length != HashBytes))
            return false;
        if (oldSize == size)
            return proof.Count == 0 && oldRoot.SequenceEqual(root);
        long node = oldSize - 1,
            last = size - 1;
        while ((node & 1) == 1)
        {
            node >>= 1;
            last >>= 1;
        }
        int next = 0;
        byte[] former;
        if (node > 0)
        {
            if (proof.Count == 0)
                return false;
            former = proof[next++];
        }
        else
            former = oldRoot.ToArray();
        byte[] latter = former;
        for (; next < proof.Count; next++)
        {
            if (last == 0)
                return false;
            byte[] hash = proof[next];
            if ((node & 1) == 1 || node == last)
            {
                former = HashNode(hash, former);
                latter = HashNode(hash, latter);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
                latter = HashNode(latter, hash);
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && oldRoot.SequenceEqual(former) && root.SequenceEqual(latter);
    }

    /// <summary>The largest power of two below a number of leaves, at least 2.</summary>
    static int Split(int count) => 1 << BitOperations.Log2((uint)(count - 1));

    static byte[] Root(IReadOnlyList<byte[]> leaves, int from, int to)
    {
        MerkleFrontier frontier = new();
        for (int i = from; i < to; i++)
            frontier.Append(leaves[i]);
        return frontier.Root();
    }
}
