using System.Security.Cryptography;
using CallIntel.Sdk.Audit;

namespace CallIntel.Sdk.Tests.Audit;

/// <summary>
/// Compares trees and proofs with the test vectors of Certificate Transparency (RFC 6962) and with its definitions.
/// </summary>
public sealed class MerkleTreeUnitTests
{
    // the leaves and roots of merkle_tree_test of github.com/google/certificate-transparency
    static readonly string[] Leaves =
    [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];

    static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Roots_are_those_of_the_certificate_transparency_test_vectors()
    {
        byte[][] leaves = Hashes();
        for (int size = 0; size <= leaves.Length; size++)
            Assert.Equal(Roots[size], Convert.ToHexStringLower(MerkleTree.Root(leaves[..size])));
    }

    [Fact]
    public void Inclusion_proofs_are_those_of_the_certificate_transparency_test_vectors()
    {
        byte[][] leaves = Hashes();
        Assert.Empty(MerkleTree.ProveInclusion(leaves[..1], 0));
        Assert.Equal(
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
            MerkleTree.ProveInclusion(leaves, 0).Select(Convert.ToHexStringLower)
        );
        Assert.Equal(
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
            MerkleTree.ProveInclusion(leaves, 5).Select(Convert.ToHexStringLower)
        );
    }

    [Fact]
    public void Trees_and_proofs_of_all_sizes_agree_with_the_recursive_definition()
    {
        byte[][] leaves = [.. Enumerable.Range(0, 70).Select(i => MerkleTree.HashLeaf([(byte)i]))];
        for (int size = 1; size <= leaves.Length; size++)
        {
            byte[][] tree = leaves[..size];
            byte[] root = MerkleTree.Root(tree);
            Assert.Equal(Definition(tree), root);
            for (int index = 0; index < size; index++)
            {
                IReadOnlyList<byte[]> proof = MerkleTree.ProveInclusion(tree, index);
                Assert.True(MerkleTree.VerifyInclusion(leaves[index], index, size, proof, root));
                Assert.False(MerkleTree.VerifyInclusion(leaves[(index + 1) % 70], index, size, proof, root));
                Assert.False(MerkleTree.VerifyInclusion(leaves[index], index + 1, size, proof, root));
                if (proof.Count > 0)
                    Assert.False(MerkleTree.VerifyInclusion(leaves[index], index, size, [.. proof.Skip(1)], root));
            }
            for (int older = 1; older <= size; older++)
            {
                IReadOnlyList<byte[]> proof = MerkleTree.ProveConsistency(tree, older);
                byte[] former = MerkleTree.Root(leaves[..older]);
                Assert.True(MerkleTree.VerifyConsistency(older, former, size, root, proof));
                byte[] other = [.. former];
                other[0] ^= 1;
                Assert.False(MerkleTree.VerifyConsistency(older, other, size, root, proof));
                Assert.False(MerkleTree.VerifyConsistency(older, former, size, other, proof));
                if (older < size)
                    Assert.False(MerkleTree.VerifyConsistency(older, former, size, root, [.. proof.Skip(1)]));
            }
        }
    }

    [Fact]
    public void A_tree_that_is_continued_from_its_right_edge_has_the_same_root()
    {
        byte[][] leaves = [.. Enumerable.Range(0, 200).Select(i => MerkleTree.HashLeaf([(byte)i]))];
        MerkleFrontier tree = new();
        for (int size = 0; size < leaves.Length; size++)
        {
            tree = new MerkleFrontier(tree.Size, tree.ToBytes());
            Assert.True(tree.IsValid);
            tree.Append(leaves[size]);
            Assert.Equal(MerkleTree.Root(leaves[..(size + 1)]), tree.Root());
        }
        Assert.False(new MerkleFrontier(3, tree.ToBytes().AsSpan(0, 32)).IsValid);
    }

    static byte[][] Hashes() => [.. Leaves.Select(leaf => MerkleTree.HashLeaf(Convert.FromHexString(leaf)))];

    /// <summary>RFC 6962, section 2.1.</summary>
    static byte[] Definition(byte[][] leaves)
    {
        if (leaves.Length == 0)
            return SHA256.HashData([]);
        if (leaves.Length == 1)
            return leaves[0];
        int k = 1;
        while (k * 2 < leaves.Length)
            k *= 2;
        return SHA256.HashData([1, .. Definition(leaves[..k]), .. Definition(leaves[k..])]);
    }
}
