using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Rejects;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>The records that one transaction stores.</summary>
sealed class IngestBatch : IDisposable
{
    internal StagedRows Events { get; } = new();

    /// <summary>The rows to send, in their order. Empty until the rows are arranged.</summary>
    internal RowOrder Order { get; } = new();

    /// <summary>The memory of the envelopes of the events.</summary>
    internal EnvelopeBuffer Envelopes { get; } = new();

    internal List<Reject> Rejects { get; } = [];

    /// <summary>The cursor of the stream after the batch is committed; null if the source has no cursors.</summary>
    internal string? Cursor { get; set; }

    /// <summary>The number of records left out because they are stored and unchanged.</summary>
    internal int Duplicates { get; set; }

    /// <summary>The number of events with a party that could not be read as a number.</summary>
    internal int UnrecognizedNumbers { get; set; }

    /// <summary>The number of events whose direction is a guess.</summary>
    internal int AssumedDirections { get; set; }

    /// <summary>The number of events whose time is a guess.</summary>
    internal int AssumedTimes { get; set; }

    /// <summary>The number of records left out because their number is suppressed.</summary>
    internal int Suppressed { get; set; }

    /// <summary>
    /// The version of the list of suppressed numbers that the texts of rejects were compared with; null if there are no
    /// texts.
    /// </summary>
    internal long? ComparedVersion { get; set; }

    internal int Count => Events.Count + Rejects.Count + Duplicates + Suppressed;

    /// <summary>The time of the latest event; null if there are none.</summary>
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

    /// <summary>Whether the rows may change stored records, as far as the rows themselves show.</summary>
    internal bool Changes
    {
        get
        {
            foreach (ref StagedEvent row in Events)
                if (row.Change is not null || row.TimeMayChange)
                    return true;
            return Order.HasConflicts;
        }
    }

    /// <summary>Whether a row may repeat a stored record with another time.</summary>
    internal bool TimesMayChange
    {
        get
        {
            foreach (ref StagedEvent row in Events)
                if (row.TimeMayChange)
                    return true;
            return false;
        }
    }

    /// <summary>
    /// Leaves out, redacts or strips the records of suppressed numbers. A record that its source deleted or redacted
    /// stays in the batch in any case, because it removes what is stored.
    /// </summary>
    internal void ApplySuppression()
    {
        int dropped = 0;
        foreach (ref StagedEvent row in Events)
        {
            if (row.Suppression is not { } action)
                continue;
            (row.Body, row.Transcript, row.Summary) = (null, null, null);
            (row.BodyHash, row.TranscriptHash, row.SummaryHash) = (null, null, null);
            if (row.Change is null && action is SuppressionAction.Drop)
                dropped++;
            else if (action is not SuppressionAction.KeepMetadata)
                row.Details = null;
            else if (row.Details is { } details)
                details.Parts = [];
            if (row.Change is null && action is not SuppressionAction.KeepMetadata)
                (row.Contact, row.Party, row.ExternalId) = (null, null, null);
        }
        if (dropped == 0)
            return;
        Events.RemoveAll((in row) => row is { Suppression: SuppressionAction.Drop, Change: null });
        Suppressed += dropped;
    }

    /// <summary>Moves records of people whose key was destroyed to the rejects.</summary>
    internal void RejectErased()
    {
        int rejected = Rejects.Count;
        foreach (ref StagedEvent row in Events)
            if (row.Erased)
                Rejects.Add(new Reject { Ordinal = row.Ordinal, Reason = RejectReason.SubjectErased });
        if (Rejects.Count > rejected)
            Events.RemoveAll((in row) => row.Erased);
    }

    /// <returns>The distinct ids of the keys that protect the content of the rows to send.</returns>
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
        (Duplicates, UnrecognizedNumbers, Suppressed) = (0, 0, 0);
        (AssumedDirections, AssumedTimes) = (0, 0);
        Cursor = null;
        ComparedVersion = null;
    }

    /// <summary>Returns the memory for reuse by another run.</summary>
    public void Dispose()
    {
        Events.Dispose();
        Order.Dispose();
        Envelopes.Dispose();
    }
}
