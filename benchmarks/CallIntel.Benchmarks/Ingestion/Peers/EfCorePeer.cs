using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace CallIntel.Benchmarks.Ingestion.Peers;

/// <summary>
/// EF Core: reads the existing rows of a batch, updates them, adds the others and saves, 1,000 rows in a context.
/// </summary>
sealed class EfCorePeer : IUpsertPeer
{
    public string Figure => "vs_efcore";

    public double Target => 10;

    public int Rows => 300_000;

    public string Approach => "query of existing rows, AddRange and SaveChanges, 1,000 per context";

    public async Task UpsertAsync(
        string connectionString,
        IReadOnlyCollection<(EventRow Event, ContentRow? Content)> rows
    )
    {
        DbContextOptions options = new DbContextOptionsBuilder().UseNpgsql(connectionString).Options;
        foreach ((EventRow Event, ContentRow? Content)[] chunk in rows.Chunk(1000))
        {
            await using Model model = new(options);
            Guid org = chunk[0].Event.OrgId;
            Guid[] ids = [.. chunk.Select(r => r.Event.Id)];
            Dictionary<Guid, EventRow> events = await model
                .Events.Where(e => e.OrgId == org && ids.Contains(e.Id))
                .ToDictionaryAsync(e => e.Id);
            Dictionary<Guid, ContentRow> contents = await model
                .Contents.Where(e => e.OrgId == org && ids.Contains(e.EventId))
                .ToDictionaryAsync(e => e.EventId);
            foreach ((EventRow row, ContentRow? content) in chunk)
            {
                if (events.TryGetValue(row.Id, out EventRow? known))
                    model.Entry(known).CurrentValues.SetValues(row);
                if (content is not null && contents.TryGetValue(row.Id, out ContentRow? written))
                    model.Entry(written).CurrentValues.SetValues(content);
            }
            model.Events.AddRange(chunk.Select(r => r.Event).Where(e => !events.ContainsKey(e.Id)));
            model.Contents.AddRange(
                chunk.Select(r => r.Content).OfType<ContentRow>().Where(c => !contents.ContainsKey(c.EventId))
            );
            await model.SaveChangesAsync();
        }
    }

    sealed class Model(DbContextOptions options) : DbContext(options)
    {
        internal DbSet<EventRow> Events => Set<EventRow>();

        internal DbSet<ContentRow> Contents => Set<ContentRow>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<EventRow>(e =>
            {
                e.ToTable("events", "raw").HasKey(r => new { r.OrgId, r.Id });
                e.Property(r => r.OrgId).HasColumnName("org_id");
                e.Property(r => r.Id).HasColumnName("id");
                e.Property(r => r.OccurredAt).HasColumnName("occurred_at");
                e.Property(r => r.SourceId).HasColumnName("source_id");
                e.Property(r => r.ContactId).HasColumnName("contact_id");
                e.Property(r => r.DurationSeconds).HasColumnName("duration_s");
                e.Property(r => r.Channel).HasColumnName("channel");
                e.Property(r => r.Direction).HasColumnName("direction");
                e.Property(r => r.Outcome).HasColumnName("outcome");
                e.Property(r => r.ExternalId).HasColumnName("external_id");
            });
            modelBuilder.Entity<ContentRow>(e =>
            {
                e.ToTable("event_contents", "raw").HasKey(r => new { r.OrgId, r.EventId });
                e.Property(r => r.OrgId).HasColumnName("org_id");
                e.Property(r => r.EventId).HasColumnName("event_id");
                e.Property(r => r.ContactId).HasColumnName("contact_id");
                e.Property(r => r.Body).HasColumnName("body");
            });
        }
    }
}
