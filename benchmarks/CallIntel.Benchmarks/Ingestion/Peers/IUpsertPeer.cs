namespace CallIntel.Benchmarks.Ingestion.Peers;

/// <summary>Another library that inserts or updates rows, used as in its documentation.</summary>
interface IUpsertPeer
{
    /// <summary>Gets the name of the figure.</summary>
    string Figure { get; }

    /// <summary>Gets the target: how many times as many rows per second our pipeline stores.</summary>
    double Target { get; }

    /// <summary>Gets the number of rows: a million, or fewer if that would take many minutes.</summary>
    int Rows { get; }

    /// <summary>Gets a description of the approach.</summary>
    string Approach { get; }

    /// <summary>Inserts or updates the rows of an org in <c>raw.events</c> and <c>raw.event_contents</c>.</summary>
    Task UpsertAsync(string connectionString, IReadOnlyCollection<(EventRow Event, ContentRow? Content)> rows);
}
