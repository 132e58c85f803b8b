using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Search;

/// <summary>Reads contents that are not indexed, page by page, and stores their words.</summary>
/// <remarks>
/// Not thread-safe. Can be interrupted at any time and started again: each page is one transaction, and what is indexed
/// is not read again.
/// </remarks>
sealed class EventIndexer(OrgEncryption encryption, TextAnalyzer analyzer, BlindIndexKey key, int revision)
{
    const int PageSize = 500;

    const string ReadSql =
        "select event_id, place, version, body, transcript, summary, sealed_id"
        + " from callintel.read_unindexed_contents($1, $2, $3, $4)";

    /// <summary>
    /// Files the events and not their contacts: nobody sees a text, so it raises no alert for honey tokens.
    /// </summary>
    static readonly ProtectedRead Contents = new(
        ReadSql,
        4,
        [
            new("body", ProtectedFields.Body),
            new("transcript", ProtectedFields.Transcript),
            new("summary", ProtectedFields.Summary),
        ],
        events: "event_id"
    );

    readonly LexemeHasher _hasher = new(key);

    readonly record struct Row(
        Guid Event,
        int Place,
        string Version,
        byte[]? Body,
        byte[]? Transcript,
        byte[]? Summary,
        Guid? SealedId
    );

    /// <summary>Indexes the next page of ranges of events.</summary>
    /// <param name="starts">The starts of the ranges, which the method moves behind what it has indexed.</param>
    /// <param name="ends">The ends of the ranges.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The number of events of the page; fewer than a whole page if nothing remains.</returns>
    internal async Task<(int Events, bool IsLast)> NextPageAsync(
        Guid[] starts,
        Guid[] ends,
        CancellationToken cancellationToken
    )
    {
        FiledRows<Row> page = await encryption
            .Gate.ListAsync(
                new ProtectedCall<Row>(
                    Contents,
                    new NpgsqlBatchCommand(ReadSql).With(revision, starts, ends, PageSize),
                    Map
                ),
                encryption.Gate.Reason(),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (page.Rows.Count > 0)
        {
            await StoreAsync(page, cancellationToken).ConfigureAwait(false);
            Row last = page.Rows[^1];
            for (int place = 0; place < last.Place - 1; place++)
                starts[place] = ends[place];
            starts[last.Place - 1] = EventId.Next(last.Event);
        }
        return (page.Rows.Count, page.Rows.Count < PageSize);
    }

    async Task StoreAsync(FiledRows<Row> page, CancellationToken cancellationToken)
    {
        List<Guid> events = [];
        List<short> numbers = [],
            words = [];
        List<string> vectors = [];
        List<IndexedChunk> chunks = [];
        using (
            DecryptionScope scope = await encryption
                .OpenAsync(
                    page.Access,
                    page.Rows.SelectMany(row => (byte[]?[])[row.Body, row.Transcript, row.Summary]),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )
            foreach (Row row in page.Rows)
            {
                chunks.Clear();
                OrgFields fields = encryption.Fields;
                Add(chunks, Open(scope, fields.Body, row, row.Body));
                Add(chunks, Open(scope, fields.Transcript, row, row.Transcript));
                Add(chunks, Open(scope, fields.Summary, row, row.Summary));
                // A row without words tells that the event was looked at.
                if (chunks.Count == 0)
                    chunks.Add(new IndexedChunk(0, ""));
                for (int i = 0; i < chunks.Count; i++)
                {
                    events.Add(row.Event);
                    numbers.Add((short)i);
                    words.Add(chunks[i].Words);
                    vectors.Add(chunks[i].Vector);
                }
            }
        await encryption
            .Session.ExecuteAsync(
                new NpgsqlBatchCommand("select callintel.store_lexemes($1, $2, $3, $4, $5, $6, $7)").With(
                    revision,
                    page.Rows.Select(row => row.Event).ToArray(),
                    page.Rows.Select(row => row.Version).ToArray(),
                    events.ToArray(),
                    numbers.ToArray(),
                    words.ToArray(),
                    vectors.ToArray()
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    void Add(List<IndexedChunk> chunks, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        (List<TextToken> tokens, int count) = analyzer.Analyze(text);
        IndexedText.Add(chunks, tokens, count, _hasher.Hash);
    }

    /// <returns>Null if the text cannot be read, for example because the person was erased.</returns>
    static string? Open(DecryptionScope scope, FieldHandle field, in Row row, byte[]? envelope) =>
        ContentReader.Open(scope, field, row.Event, row.SealedId, envelope).Text;

    static Row Map(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetInt32(1),
            row.GetString(2),
            Envelope(row, 3),
            Envelope(row, 4),
            Envelope(row, 5),
            row.IsDBNull(6) ? null : row.GetGuid(6)
        );

    static byte[]? Envelope(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) ? null : row.GetFieldValue<byte[]>(ordinal);
}
