using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using LinqToDB.DataProvider.PostgreSQL;
using LinqToDB.Mapping;

namespace CallIntel.Benchmarks.Ingestion.Peers;

/// <summary>
/// linq2db: BulkCopy (a binary COPY) into a temporary table, and MERGE from there, 20,000 rows in a transaction as in
/// our pipeline.
/// </summary>
sealed class Linq2dbPeer : IUpsertPeer
{
    static readonly MappingSchema Mapping = CreateMapping();

    public string Figure => "vs_linq2db";

    public double Target => 2;

    public int Rows => 1_000_000;

    public string Approach => "BulkCopy to a temporary table and MERGE, 20,000 per transaction";

    public async Task UpsertAsync(
        string connectionString,
        IReadOnlyCollection<(EventRow Event, ContentRow? Content)> rows
    )
    {
        await using DataConnection db = new(
            new DataOptions().UsePostgreSQL(connectionString, PostgreSQLVersion.v15).UseMappingSchema(Mapping)
        );
        await db.ExecuteAsync(
            """
            create temporary table staged_events (like raw.events including defaults);
            create temporary table staged_contents (like raw.event_contents including defaults)
            """
        );
        foreach ((EventRow Event, ContentRow? Content)[] chunk in rows.Chunk(20_000))
        {
            await using DataConnectionTransaction transaction = await db.BeginTransactionAsync();
            await db.ExecuteAsync("truncate staged_events, staged_contents");
            // MERGE fails if a row occurs twice
            (EventRow Event, ContentRow? Content)[] distinct = [.. chunk.DistinctBy(r => r.Event.Id)];
            await UpsertAsync(db, "staged_events", distinct.Select(r => r.Event));
            await UpsertAsync(db, "staged_contents", distinct.Select(r => r.Content).OfType<ContentRow>());
            await transaction.CommitAsync();
        }
    }

    static async Task UpsertAsync<T>(DataConnection db, string staged, IEnumerable<T> rows)
        where T : class
    {
        await db.BulkCopyAsync(
            new BulkCopyOptions
            {
                BulkCopyType = BulkCopyType.ProviderSpecific,
                SchemaName = "pg_temp",
                TableName = staged,
            },
            rows
        );
        await db.GetTable<T>()
            .Merge()
            .Using(db.GetTable<T>().SchemaName("pg_temp").TableName(staged))
            .OnTargetKey()
            .UpdateWhenMatched()
            .InsertWhenNotMatched()
            .MergeAsync();
    }

    static MappingSchema CreateMapping()
    {
        MappingSchema schema = new();
        FluentMappingBuilder builder = new(schema);
        builder
            .Entity<EventRow>()
            .HasSchemaName("raw")
            .HasTableName("events")
            .Property(r => r.OrgId)
            .HasColumnName("org_id")
            .IsPrimaryKey(0)
            .Property(r => r.Id)
            .HasColumnName("id")
            .IsPrimaryKey(1)
            .Property(r => r.OccurredAt)
            .HasColumnName("occurred_at")
            .Property(r => r.SourceId)
            .HasColumnName("source_id")
            .Property(r => r.ContactId)
            .HasColumnName("contact_id")
            .Property(r => r.DurationSeconds)
            .HasColumnName("duration_s")
            .Property(r => r.Channel)
            .HasColumnName("channel")
            .Property(r => r.Direction)
            .HasColumnName("direction")
            .Property(r => r.Outcome)
            .HasColumnName("outcome")
            .Property(r => r.ExternalId)
            .HasColumnName("external_id");
        builder
            .Entity<ContentRow>()
            .HasSchemaName("raw")
            .HasTableName("event_contents")
            .Property(r => r.OrgId)
            .HasColumnName("org_id")
            .IsPrimaryKey(0)
            .Property(r => r.EventId)
            .HasColumnName("event_id")
            .IsPrimaryKey(1)
            .Property(r => r.ContactId)
            .HasColumnName("contact_id")
            .Property(r => r.Body)
            .HasColumnName("body");
        builder.Build();
        return schema;
    }
}
