using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

/// <summary>
/// A process that is copied by a fork or a snapshot. The copy starts with the nonces that the original has drawn in
/// advance.
/// </summary>
[Collection(nameof(NonceCopyTests))]
public class NonceCopyTests
{
    [Fact]
    public void A_copied_process_that_discards_its_nonces_repeats_none() =>
        Assert.Equal(0, Repeated(NonceSource.Discard, later: 0));

    [Fact]
    public void A_copied_process_repeats_nonces_within_the_lifetime_of_the_block() =>
        Assert.Equal(50, Repeated(() => { }, later: 0));

    [Fact]
    public void A_copied_process_whose_clock_kept_running_repeats_no_nonce()
    {
        Assert.Equal(0, Repeated(() => { }, NonceSource.BlockLifetime));
        Assert.Equal(0, Repeated(() => { }, later: -1));
    }

    [Fact]
    public void With_one_draw_per_call_a_copied_process_repeats_no_nonce()
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
    public void A_block_of_nonces_is_used_up_before_a_new_one_is_drawn()
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

    /// <summary>Returns how many of 50 nonces of the original the copy repeats.</summary>
    static int Repeated(Action inTheCopy, long later)
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

    static List<string> Draw(int count, long now)
    {
        List<string> drawn = [];
        byte[] nonce = new byte[AesGcmSizes.Nonce];
        for (int i = 0; i < count; i++)
        {
            NonceSource.Next(nonce, now);
            drawn.Add(Convert.ToHexString(nonce));
        }

        return drawn;
    }

    /// <summary>Runs on a thread of its own, because each thread has its own block of nonces.</summary>
    static void OnAThreadOfItsOwn(Action action)
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
