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
    /// How many entries are kept for one subscriber that does not read them. A subscriber with more receives
    /// <see cref="ChangeKind.Resync"/> in place of further entries.
    /// </summary>
    /// <value>The default value is 1,000. Allowed: 1 to 1,000,000.</value>
    public int BufferedEntries { get; set; } = 1000;
}
