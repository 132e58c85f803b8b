using System.Data.Common;
using CallIntel.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>Common approaches to isolation between orgs. Each reads one event.</summary>
static class BaselineApproaches
{
    const string Point =
        "select id, occurred_at, channel, direction, outcome, duration_s "
        + "from baseline.events where org_id = $1 and id = $2";

    /// <summary>Reads in a transaction that begins with <c>set_config</c>.</summary>
    internal static async Task<long> SetConfigAsync(NpgsqlDataSource app, Guid org, Guid id)
    {
        await using NpgsqlConnection connection = await app.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using (NpgsqlCommand set = new("select set_config('app.org', $1, true)", connection, transaction))
        {
            set.Parameters.Add(new NpgsqlParameter { Value = org.ToString() });
            await set.ExecuteNonQueryAsync();
        }
        await using NpgsqlCommand read = new(Point, connection, transaction);
        long found = await ScopedQuery.CountAsync(read, org, id);
        await transaction.CommitAsync();
        return found;
    }

    /// <summary>Reads with Entity Framework and an interceptor that sets the org when a connection is opened.</summary>
    internal static async Task<long> EntityFrameworkAsync(DbContextOptions<EventContext> options, Guid org, Guid id)
    {
        await using EventContext context = new(options, org);
        return
            await context.Events.AsNoTracking().Where(e => e.OrgId == org && e.Id == id).ToListAsync()
                is { Count: > 0 } found
            ? found.Count
            : 0;
    }

    internal static DbContextOptions<EventContext> EntityFramework(NpgsqlDataSource app) =>
        new DbContextOptionsBuilder<EventContext>().UseNpgsql(app).AddInterceptors(new OrgInterceptor()).Options;

    sealed class OrgInterceptor : DbConnectionInterceptor
    {
        public override async Task ConnectionOpenedAsync(
            DbConnection connection,
            ConnectionEndEventData eventData,
            CancellationToken cancellationToken = default
        )
        {
            await using NpgsqlCommand set = new(
                "select set_config('app.org', $1, false)",
                (NpgsqlConnection)connection
            );
            set.Parameters.Add(new NpgsqlParameter { Value = ((EventContext)eventData.Context!).Org.ToString() });
            await set.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    internal sealed class EventContext(DbContextOptions<EventContext> options, Guid org) : DbContext(options)
    {
        internal Guid Org => org;

        internal DbSet<Row> Events => Set<Row>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            var row = modelBuilder.Entity<Row>();
            row.ToTable("events", "baseline").HasKey(e => new { e.OrgId, e.Id });
            row.Property(e => e.OrgId).HasColumnName("org_id");
            row.Property(e => e.Id).HasColumnName("id");
            row.Property(e => e.OccurredAt).HasColumnName("occurred_at");
            row.Property(e => e.Channel).HasColumnName("channel");
            row.Property(e => e.Direction).HasColumnName("direction");
            row.Property(e => e.Outcome).HasColumnName("outcome");
            row.Property(e => e.DurationSeconds).HasColumnName("duration_s");
        }
    }

    internal sealed class Row
    {
        public Guid OrgId { get; init; }
        public Guid Id { get; init; }
        public DateTime OccurredAt { get; init; }
        public short Channel { get; init; }
        public short Direction { get; init; }
        public short Outcome { get; init; }
        public int? DurationSeconds { get; init; }
    }
}
