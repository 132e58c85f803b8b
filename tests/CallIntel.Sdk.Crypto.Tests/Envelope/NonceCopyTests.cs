using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

/// <summary>A process that is copied by a fork or a snapshot: the copy starts with the nonces that the original has drawn in advance.</summary>
[Collection(nameof(NonceCopyTests))]
public class NonceCopyTests
{
    [Fact]
    public void A_copy_that_discards_the_block_repeats_no_nonce() =>
        Assert.Equal(0, Repeated(NonceSource.Discard, later: 0));

    [Fact]
    public void A_copy_that_does_nothing_within_the_lifetime_of_the_block_repeats_every_nonce() =>
        Assert.Equal(50, Repeated(() => { }, later: 0));

    [Fact]
    public void A_copy_whose_clock_went_on_repeats_no_nonce()
    {
        Assert.Equal(0, Repeated(() => { }, NonceSource.BlockLifetime));
        Assert.Equal(0, Repeated(() => { }, later: -1));
    }

    [Fact]
    public void With_a_draw_for_each_call_a_copy_repeats_no_nonce()
    {
        NonceSource.DrawPerCall = true;
        try
        {
            Assert.Equal(0, Repeated(() => { }, later: 0));
        }
        finally
        {
            NonceSource.DrawPerCall = false;
        }
    }

    [Fact]
    public void A_block_is_used_until_it_is_spent()
    {
        OnAThreadOfItsOwn(() =>
        {
            Draw(1, now: 0);
            NonceSource.Block first = NonceSource.Copy();
            Draw(NonceSource.BlockNonces - 1, now: NonceSource.BlockLifetime - 1);
            Assert.Equal(first.Bytes, NonceSource.Copy().Bytes);
            Draw(1, now: NonceSource.BlockLifetime - 1);
            Assert.NotEqual(first.Bytes, NonceSource.Copy().Bytes);
        });
    }

    /// <summary>How many of 50 nonces of the original come again in the copy.</summary>
    private static int Repeated(Action inTheCopy, long later)
    {
        int repeated = 0;
        OnAThreadOfItsOwn(() =>
        {
            Draw(7, now: 0);
            NonceSource.Block memory = NonceSource.Copy();
            HashSet<string> original = [.. Draw(50, now: 0)];
            NonceSource.Resume(memory);
            inTheCopy();
            repeated = Draw(50, now: later).Count(original.Contains);
        });
        return repeated;
    }

    private static List<string> Draw(int count, long now)
    {
        List<string> drawn = [];
        byte[] nonce = new byte[EnvelopeFormat.NonceLength];
        for (int i = 0; i < count; i++)
        {
            NonceSource.Next(nonce, now);
            drawn.Add(Convert.ToHexString(nonce));
        }

        return drawn;
    }

    /// <summary>Blocks belong to threads: those of other tests stay as they are.</summary>
    private static void OnAThreadOfItsOwn(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
            throw failure;
    }
}
