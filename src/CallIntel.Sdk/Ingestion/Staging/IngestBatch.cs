using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Rejects;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>What one transaction stores.</summary>
sealed class IngestBatch : IDisposable
{
    internal StagedRows Events { get; } = new();

    /// <summary>Those of them that are sent, once it is arranged.</summary>
    internal RowOrder Order { get; } = new();

    /// <summary>Where the events' envelopes are.</summary>
    internal EnvelopeBuffer Envelopes { get; } = new();

    internal List<Reject> Rejects { get; } = [];

    /// <summary>Where the stream stands once the batch is committed; null if the source gives no cursor.</summary>
    internal string? Cursor { get; set; }

    /// <summary>How many records were left out because they are stored exactly so.</summary>
    internal int Duplicates { get; set; }

    internal int Count => Events.Count + Rejects.Count + Duplicates;

    /// <summary>When the latest of the events occurred; null if there are none.</summary>
    internal DateTime? Latest
    {
        get
        {
            DateTime? latest = null;
            foreach (ref StagedEvent row in Events)
                if (latest is null || row.OccurredAt > latest)
                    latest = row.OccurredAt;
            return latest;
        }
    }

    /// <summary>Whether its rows may change what is stored, as far as they tell.</summary>
    internal bool Changes
    {
        get
        {
            foreach (ref StagedEvent row in Events)
                if (row.Change is not null)
                    return true;
            return Order.HasConflicts;
        }
    }

    /// <summary>Records of people whose key was destroyed leave the batch.</summary>
    internal void RejectErased()
    {
        int rejected = Rejects.Count;
        foreach (ref StagedEvent row in Events)
            if (row.Erased)
                Rejects.Add(new Reject { Ordinal = row.Ordinal, Reason = RejectReason.SubjectErased });
        if (Rejects.Count > rejected)
            Events.RemoveAll((in row) => row.Erased);
    }

    /// <returns>The ids of the keys that protect the content of the rows that are sent, each once.</returns>
    internal byte[][] KeysOfContent()
    {
        HashSet<KeyId> keys = [];
        for (int i = 0; i < Order.Count; i++)
        {
            ref readonly StagedEvent row = ref Events[Order[i]];
            Add(row.StoredBody);
            Add(row.StoredTranscript);
            Add(row.StoredSummary);
        }
        return [.. keys.Select(key => key.ToArray())];

        void Add(ReadOnlyMemory<byte> envelope)
        {
            if (EnvelopeFormat.TryReadKeyId(envelope.Span, out KeyId key))
                keys.Add(key);
        }
    }

    internal void Clear()
    {
        Events.Clear();
        Order.Clear();
        Rejects.Clear();
        Envelopes.Clear();
        Duplicates = 0;
        Cursor = null;
    }

    /// <summary>Gives the memory back, for another run.</summary>
    public void Dispose()
    {
        Events.Dispose();
        Order.Dispose();
        Envelopes.Dispose();
    }
}
