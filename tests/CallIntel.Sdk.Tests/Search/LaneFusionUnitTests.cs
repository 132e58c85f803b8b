using CallIntel.Sdk.Search;

namespace CallIntel.Sdk.Tests.Search;

public sealed class LaneFusionUnitTests
{
    static readonly Guid A = new(1, 0, 0, new byte[8]),
        B = new(2, 0, 0, new byte[8]),
        C = new(3, 0, 0, new byte[8]);

    [Fact]
    public void Scores_of_both_ranks_are_scaled_and_added_by_their_weights()
    {
        Dictionary<Guid, double> fused = LaneFusion.Fuse([(A, 12), (B, 2)], [(B, 0.9), (C, 0.8), (A, 0.85)], 0.8);
        Assert.Equal(0.2 + 0.8 * 0.5, fused[A], 9);
        Assert.Equal(0.8, fused[B], 9);
        Assert.Equal(0, fused[C], 9);
    }

    [Fact]
    public void One_rank_alone_keeps_its_ratios()
    {
        Assert.Equal((1, 0.25), Two(LaneFusion.Fuse([(A, 8), (B, 2)], [], 0.8)));
        Assert.Equal((1, 0.5), Two(LaneFusion.Fuse([], [(A, 0.8), (B, 0.4)], 0.8)));
        Assert.Empty(LaneFusion.Fuse([], [], 0.8));

        static (double, double) Two(Dictionary<Guid, double> fused) => (fused[A], Math.Round(fused[B], 9));
    }
}
