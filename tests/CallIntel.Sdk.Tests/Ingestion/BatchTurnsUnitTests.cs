using CallIntel.Sdk.Ingestion.Bulk;

namespace CallIntel.Sdk.Tests.Ingestion;

/// <summary>Who waits for whom.</summary>
public sealed class BatchTurnsUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batches_are_stored_one_after_the_other()
    {
        CommitQueue turns = new();
        TaskCompletionSource stored = new();
        CommitSlot first = turns.Take(Task.CompletedTask, alone: false),
            second = turns.Take(stored.Task, alone: false);
        Assert.True(await first.TryWaitForStoredAsync(Cancellation));
        Task<bool> waits = second.TryWaitForStoredAsync(Cancellation);
        Assert.False(waits.IsCompleted);
        stored.SetResult();
        Assert.True(await waits);
    }

    [Fact]
    public async Task Who_waits_behind_a_batch_that_goes_alone_gives_way_and_waits_until_that_one_ended()
    {
        CommitQueue turns = new();
        TaskCompletionSource stored = new();
        CommitSlot first = turns.Take(Task.CompletedTask, alone: false),
            second = turns.Take(stored.Task, alone: false);
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
        CommitQueue turns = new();
        TaskCompletionSource stored = new();
        CommitSlot first = turns.Take(Task.CompletedTask, alone: true),
            second = turns.Take(stored.Task, alone: true);
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
    public async Task A_batch_that_goes_alone_waits_for_nobody_behind_it()
    {
        CommitQueue turns = new();
        CommitSlot first = turns.Take(Task.CompletedTask, alone: false);
        turns.Take(new TaskCompletionSource().Task, alone: true).StartOver();
        await first.WaitForPlaceAsync(Cancellation);
        Assert.True(await first.TryWaitForExclusiveAsync(Cancellation));
        Assert.True(await first.TryWaitForStoredAsync(Cancellation));
    }

    [Fact]
    public async Task A_batch_that_failed_keeps_nobody_from_a_slot()
    {
        CommitQueue turns = new();
        CommitSlot first = turns.Take(Task.CompletedTask, alone: false),
            second = turns.Take(Task.CompletedTask, alone: false);
        Task place = second.WaitForPlaceAsync(Cancellation);
        Assert.False(place.IsCompleted);
        first.End();
        await place;
    }

    [Fact]
    public void After_one_that_had_to_go_alone_some_go_alone_at_once()
    {
        CommitQueue turns = new();
        turns.Take(Task.CompletedTask, alone: false).BecomeExclusive();
        bool[] alone =
        [
            .. Enumerable.Range(0, 10).Select(_ => turns.Take(Task.CompletedTask, alone: false).IsExclusive),
        ];
        Assert.Equal([true, true, true, true, true, true, true, true, false, false], alone);
    }

    [Fact]
    public void One_that_is_known_to_change_something_sends_only_itself_alone()
    {
        CommitQueue turns = new();
        Assert.True(turns.Take(Task.CompletedTask, alone: true).IsExclusive);
        Assert.False(turns.Take(Task.CompletedTask, alone: false).IsExclusive);
    }

    [Fact]
    public async Task A_failure_of_the_batch_before_is_told()
    {
        CommitQueue turns = new();
        CommitSlot second = turns.Take(Task.FromException(new InvalidOperationException("lost")), alone: false);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.TryWaitForStoredAsync(Cancellation));
    }
}
