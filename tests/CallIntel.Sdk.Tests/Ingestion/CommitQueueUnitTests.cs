using CallIntel.Sdk.Ingestion.Bulk;

namespace CallIntel.Sdk.Tests.Ingestion;

/// <summary>The order in which concurrent batches commit.</summary>
public sealed class CommitQueueUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batches_are_committed_in_order()
    {
        CommitQueue queue = new();
        TaskCompletionSource stored = new();
        CommitSlot first = queue.Take(Task.CompletedTask, exclusive: false),
            second = queue.Take(stored.Task, exclusive: false);
        Assert.True(await first.TryWaitForStoredAsync(Cancellation));
        Task<bool> waits = second.TryWaitForStoredAsync(Cancellation);
        Assert.False(waits.IsCompleted);
        stored.SetResult();
        Assert.True(await waits);
    }

    [Fact]
    public async Task A_batch_behind_an_exclusive_batch_yields_until_that_batch_ends()
    {
        CommitQueue queue = new();
        TaskCompletionSource stored = new();
        CommitSlot first = queue.Take(Task.CompletedTask, exclusive: false),
            second = queue.Take(stored.Task, exclusive: false);
        Task<bool> waits = second.TryWaitForStoredAsync(Cancellation);
        first.BecomeExclusive();
        Assert.False(await waits);
        Assert.False(second.IsExclusive);

        second.StartOver();
        Task<bool> again = second.TryWaitForExclusiveAsync(Cancellation);
        Assert.False(again.IsCompleted);
        first.End();
        Assert.True(await again);
        stored.SetResult();
        Assert.True(await second.TryWaitForStoredAsync(Cancellation));
    }

    [Fact]
    public async Task A_batch_behind_a_restarted_batch_yields_and_takes_no_slot_before_that_batch_has_one()
    {
        CommitQueue queue = new();
        TaskCompletionSource stored = new();
        CommitSlot first = queue.Take(Task.CompletedTask, exclusive: true),
            second = queue.Take(stored.Task, exclusive: true);
        first.Place();
        await second.WaitForPlaceAsync(Cancellation);
        second.Place();
        Task<bool> waits = second.TryWaitForStoredAsync(Cancellation);
        first.StartOver();
        Assert.False(await waits);

        second.StartOver();
        Task place = second.WaitForPlaceAsync(Cancellation);
        Assert.False(place.IsCompleted);
        first.Place();
        await place;
        Task<bool> again = second.TryWaitForStoredAsync(Cancellation);
        Assert.False(again.IsCompleted);
        stored.SetResult();
        Assert.True(await again);
    }

    [Fact]
    public async Task An_exclusive_batch_does_not_wait_for_later_batches()
    {
        CommitQueue queue = new();
        CommitSlot first = queue.Take(Task.CompletedTask, exclusive: false);
        queue.Take(new TaskCompletionSource().Task, exclusive: true).StartOver();
        await first.WaitForPlaceAsync(Cancellation);
        Assert.True(await first.TryWaitForExclusiveAsync(Cancellation));
        Assert.True(await first.TryWaitForStoredAsync(Cancellation));
    }

    [Fact]
    public async Task A_failed_batch_does_not_block_commit_slots()
    {
        CommitQueue queue = new();
        CommitSlot first = queue.Take(Task.CompletedTask, exclusive: false),
            second = queue.Take(Task.CompletedTask, exclusive: false);
        Task place = second.WaitForPlaceAsync(Cancellation);
        Assert.False(place.IsCompleted);
        first.End();
        await place;
    }

    [Fact]
    public void After_an_exclusive_batch_the_next_batches_start_as_exclusive()
    {
        CommitQueue queue = new();
        queue.Take(Task.CompletedTask, exclusive: false).BecomeExclusive();
        bool[] alone =
        [
            .. Enumerable.Range(0, 10).Select(_ => queue.Take(Task.CompletedTask, exclusive: false).IsExclusive),
        ];
        Assert.Equal([true, true, true, true, true, true, true, true, false, false], alone);
    }

    [Fact]
    public void A_batch_known_to_change_records_makes_only_itself_exclusive()
    {
        CommitQueue queue = new();
        Assert.True(queue.Take(Task.CompletedTask, exclusive: true).IsExclusive);
        Assert.False(queue.Take(Task.CompletedTask, exclusive: false).IsExclusive);
    }

    [Fact]
    public async Task A_failure_of_the_previous_batch_is_reported()
    {
        CommitQueue queue = new();
        CommitSlot second = queue.Take(Task.FromException(new InvalidOperationException("lost")), exclusive: false);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.TryWaitForStoredAsync(Cancellation));
    }
}
