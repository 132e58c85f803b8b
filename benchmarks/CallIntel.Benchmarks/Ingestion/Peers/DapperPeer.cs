using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Dapper;
using Npgsql;

namespace CallIntel.Benchmarks.Ingestion.Peers;

/// <summary>Dapper: runs one statement for each row of a list, 1,000 rows in a transaction.</summary>
sealed class DapperPeer : IUpsertPeer
{
    const string Events = """
        insert into raw.events (org_id, id, occurred_at, source_id, contact_id, duration_s, channel, direction, outcome,
                                external_id)
        values (@OrgId, @Id, @OccurredAt, @SourceId, @ContactId, @DurationSeconds, @Channel, @Direction, @Outcome,
                @ExternalId)
        on conflict (org_id, id) do update
           set occurred_at = excluded.occurred_at, contact_id = excluded.contact_id, duration_s = excluded.duration_s,
               channel = excluded.channel, direction = excluded.direction, outcome = excluded.outcome
        """;

    const string Contents = """
        insert into raw.event_contents (org_id, event_id, contact_id, body)
        values (@OrgId, @EventId, @ContactId, @Body)
        on conflict (org_id, event_id) do update set body = excluded.body
        """;

    public string Figure => "vs_dapper";

    public double Target => 10;

    public int Rows => 300_000;

    public string Approach => "INSERT ON CONFLICT for each row, prepared, 1,000 per transaction";

    public async Task UpsertAsync(
        string connectionString,
        IReadOnlyCollection<(EventRow Event, ContentRow? Content)> rows
    )
    {
        // Dapper is faster with automatic preparation
        NpgsqlConnectionStringBuilder builder = new(connectionString) { MaxAutoPrepare = 20, AutoPrepareMinUsages = 2 };
        await using NpgsqlConnection connection = new(builder.ConnectionString);
        await connection.OpenAsync();
        foreach ((EventRow Event, ContentRow? Content)[] chunk in rows.Chunk(1000))
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(Events, chunk.Select(r => r.Event), transaction);
            await connection.ExecuteAsync(Contents, chunk.Select(r => r.Content).OfType<ContentRow>(), transaction);
            await transaction.CommitAsync();
        }
    }
}
