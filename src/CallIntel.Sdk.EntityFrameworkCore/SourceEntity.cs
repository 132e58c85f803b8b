namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>A source of events: a row of <c>callintel.sync_sources</c>. Read-only.</summary>
public sealed class SourceEntity
{
    /// <summary>The source.</summary>
    public Guid Id { get; init; }

    /// <summary>The name of the source, unique within the org.</summary>
    public string Name { get; init; } = "";

    /// <summary>The kind of the source, for example the name of its importer.</summary>
    public string Kind { get; init; } = "";

    /// <summary>How often the source is expected to send records. Null: no expectation.</summary>
    public TimeSpan? ExpectedEvery { get; init; }

    /// <summary>When the source was first used, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when the source is not in use, in UTC. Null: it is in use.</summary>
    public DateTimeOffset? RetiredAt { get; init; }
}
