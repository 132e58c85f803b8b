using System.Threading.Channels;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>One subscriber of a shared reader, with the entries that it has not read yet.</summary>
sealed class ChangeSubscription : IAsyncDisposable
{
    readonly SharedChangeReader _reader;
    readonly Channel<ChangeEntry> _entries;

    /// <param name="reader">The reader that delivers the entries.</param>
    /// <param name="session">The session of the subscriber.</param>
    /// <param name="start">The position after which entries are delivered.</param>
    /// <param name="capacity">The maximum number of unread entries.</param>
    internal ChangeSubscription(SharedChangeReader reader, SessionTransport session, ChangeCursor start, int capacity)
    {
        (_reader, Session, Start) = (reader, session, start);
        _entries = Channel.CreateBounded<ChangeEntry>(
            new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true }
        );
    }

    internal SessionTransport Session { get; }

    internal ChangeCursor Start { get; }

    internal string Audience => _reader.Audience;

    /// <summary>
    /// Whether the subscriber was too slow, so that entries are missing after those that it still reads.
    /// </summary>
    internal bool HasOverflowed { get; private set; }

    internal void Deliver(IReadOnlyList<ChangeEntry> entries)
    {
        foreach (ChangeEntry entry in entries)
        {
            if (!_entries.Writer.TryWrite(entry))
            {
                HasOverflowed = true;
                End();
                return;
            }
        }
    }

    /// <summary>Ends the delivery; the subscriber reads what was delivered and then the error, if any.</summary>
    internal void End(Exception? error = null)
    {
        _reader.Remove(this);
        _entries.Writer.TryComplete(error);
    }

    internal IAsyncEnumerable<ChangeEntry> ReadAllAsync(CancellationToken cancellationToken) =>
        _entries.Reader.ReadAllAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        End();
        return ValueTask.CompletedTask;
    }
}
