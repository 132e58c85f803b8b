namespace CallIntel.Benchmarks.Ingestion.Peers;

/// <summary>Another library that stores rows which may be there already, as its own documentation says.</summary>
interface IUpsertPeer
{
    /// <summary>The name of the figure.</summary>
    string Figure { get; }

    /// <summary>How many times as many rows a second ours stores.</summary>
    double Target { get; }

    /// <summary>How many rows are measured: the suite's million, or what does not take minutes.</summary>
    int Rows { get; }

    /// <summary>How it does it, for the note.</summary>
    string Way { get; }

    /// <summary>Stores the rows of an org in <c>raw.events</c> and <c>raw.event_contents</c>.</summary>
    Task UpsertAsync(string connectionString, IReadOnlyCollection<(EventRow Event, ContentRow? Content)> rows);
}
