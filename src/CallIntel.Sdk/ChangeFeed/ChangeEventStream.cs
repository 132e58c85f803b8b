using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>Turns entries into server-sent events.</summary>
static class ChangeEventStream
{
    internal static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);
    static readonly ChangeMessage Nothing = new(null, null, null, null, null);

    internal static async IAsyncEnumerable<SseItem<ChangeMessage>> ReadAsync(
        Func<CancellationToken, IAsyncEnumerable<ChangeEntry>> read,
        DateTimeOffset expiresAt,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        TimeSpan remaining = expiresAt - time.GetUtcNow();
        if (remaining <= TimeSpan.Zero)
            yield break;
        using CancellationTokenSource expired = new(Shorter(remaining, TimeSpan.FromDays(40)), time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            expired.Token,
            cancellationToken
        );
        IAsyncEnumerator<ChangeEntry> entries = read(either.Token).GetAsyncEnumerator(either.Token);
        Task<bool>? next = null;
        try
        {
            while (true)
            {
                next = entries.MoveNextAsync().AsTask();
                while (!await EndsBeforeHeartbeatAsync(next, time).ConfigureAwait(false))
                    yield return new SseItem<ChangeMessage>(Nothing, "heartbeat");
                try
                {
                    if (!await next.ConfigureAwait(false))
                        yield break;
                }
                catch (OperationCanceledException)
                    when (expired.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                {
                    yield break;
                }
                yield return ToItem(entries.Current);
            }
        }
        finally
        {
            // An enumerator cannot be disposed while it moves.
            await either.CancelAsync().ConfigureAwait(false);
            if (next is not null)
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await entries.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Whether a task ends before a heartbeat is due.</summary>
    static async Task<bool> EndsBeforeHeartbeatAsync(Task task, TimeProvider time)
    {
        if (task.IsCompleted)
            return true;
        using CancellationTokenSource ended = new();
        Task delay = Task.Delay(HeartbeatInterval, time, ended.Token);
        bool ends = await Task.WhenAny(task, delay).ConfigureAwait(false) == task;
        await ended.CancelAsync().ConfigureAwait(false);
        return ends;
    }

    static SseItem<ChangeMessage> ToItem(ChangeEntry entry) =>
        new(
            new ChangeMessage(entry.From, entry.To, entry.Events, entry.Member?.Value, entry.Contact?.Value),
            entry.Kind switch
            {
                ChangeKind.Inserted => "inserted",
                ChangeKind.Updated => "updated",
                ChangeKind.Deleted => "deleted",
                ChangeKind.VisibilityChanged => "visibility",
                ChangeKind.KeysCryptoShredded => "shredded",
                _ => "resync",
            }
        )
        {
            EventId = entry.Cursor.ToString(),
        };

    static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
