namespace CallIntel.Sdk.ChangeFeed;

/// <summary>Configures how a process follows the change feed.</summary>
public sealed class ChangeFeedOptions
{
    /// <summary>
    /// How often the database is asked for new entries while there are none. After an entry, and after a write of the
    /// same process, it is asked sooner.
    /// </summary>
    /// <value>The default value is 500 milliseconds. Allowed: 50 milliseconds to 1 minute.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Whether the processes of the application notify each other of changes, so that readers do not wait for their
    /// next poll. Set it in processes that write and in those that read.
    /// </summary>
    /// <value>
    /// The default value is <see langword="false"/>: changes of other processes are found by polling.
    /// </value>
    /// <remarks>
    /// A notification is sent after a commit, at most every 20 milliseconds, by a statement of its own, so writers do
    /// not wait for it. A process with subscribers holds one connection open. Behind a connection pooler, a process
    /// sends notifications and cannot receive any; it polls.
    /// </remarks>
    public bool NotifiesProcesses { get; set; }

    /// <summary>
    /// How many entries are kept for one subscriber that does not read them. A subscriber with more receives
    /// <see cref="ChangeKind.Resync"/> in place of further entries.
    /// </summary>
    /// <value>The default value is 1,000. Allowed: 1 to 1,000,000.</value>
    public int BufferedEntries { get; set; } = 1000;
}
