using CallIntel.Sdk.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>
/// Maps the data of a session's org for reading: the views <c>callintel.*</c> as entities, and the range functions as
/// queries that can be composed and joined. Derive from it to add tables of your own.
/// </summary>
/// <remarks>
/// Not thread-safe, like every <see cref="DbContext"/>. The entities cannot be saved; use the session to write data.
/// Numbers, names and content are ciphertext and therefore not mapped; the session decrypts them. A view reads all rows
/// of the org that the member may see before conditions of a query apply. Use <see cref="EventsBetween"/>,
/// <see cref="EventsOf"/> and <see cref="EventsById"/> for queries over a range, a contact or a list of ids.
/// </remarks>
/// <param name="options">Options that <c>UseCallIntel</c> has connected to a session.</param>
public class CallIntelDbContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>The metadata of calls, messages and voicemails that the member may see, newest first.</summary>
    public DbSet<EventEntity> Events => Set<EventEntity>();

    /// <summary>What only some sources report about events.</summary>
    public DbSet<EventDetailsEntity> EventDetails => Set<EventDetailsEntity>();

    /// <summary>Further participants and legs of events.</summary>
    public DbSet<EventParticipantEntity> EventParticipants => Set<EventParticipantEntity>();

    /// <summary>The contacts that the member may see.</summary>
    public DbSet<ContactEntity> Contacts => Set<ContactEntity>();

    /// <summary>The telephone lines of the org.</summary>
    public DbSet<LineEntity> Lines => Set<LineEntity>();

    /// <summary>The members of the org and their roles.</summary>
    public DbSet<MemberEntity> Members => Set<MemberEntity>();

    /// <summary>The teams of the org.</summary>
    public DbSet<TeamEntity> Teams => Set<TeamEntity>();

    /// <summary>Which member belongs to which team.</summary>
    public DbSet<TeamMemberEntity> TeamMembers => Set<TeamMemberEntity>();

    /// <summary>The sources of events.</summary>
    public DbSet<SourceEntity> Sources => Set<SourceEntity>();

    /// <summary>
    /// The events that began in a range of time. The database reads the range with the primary key.
    /// </summary>
    /// <param name="from">The start of the range, inclusive.</param>
    /// <param name="to">The end of the range, exclusive.</param>
    public IQueryable<EventEntity> EventsBetween(DateTimeOffset from, DateTimeOffset to)
    {
        // The driver accepts only times in UTC.
        DateTimeOffset start = from.ToUniversalTime(),
            end = to.ToUniversalTime();
        return FromExpression(() => EventsBetween(start, end));
    }

    /// <summary>The events of a contact. The database reads them with an index.</summary>
    /// <param name="contact">The contact.</param>
    public IQueryable<EventEntity> EventsOf(ContactId contact) => FromExpression(() => EventsOf(contact));

    /// <summary>The events with these ids. The database reads them with the primary key.</summary>
    /// <param name="ids">The ids. Ids of events that do not exist or that the member may not see are ignored.</param>
    public IQueryable<EventEntity> EventsById(Guid[] ids) => FromExpression(() => EventsById(ids));

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<ContactId>().HaveConversion<ContactIdConverter>();
        configurationBuilder.DefaultTypeMapping<ContactId>().HasConversion<ContactIdConverter>();
        configurationBuilder.Properties<MemberId>().HaveConversion<MemberIdConverter>();
        configurationBuilder.DefaultTypeMapping<MemberId>().HasConversion<MemberIdConverter>();
        configurationBuilder.Properties<LineId>().HaveConversion<LineIdConverter>();
        configurationBuilder.DefaultTypeMapping<LineId>().HasConversion<LineIdConverter>();
        configurationBuilder.Properties<TeamId>().HaveConversion<TeamIdConverter>();
        configurationBuilder.DefaultTypeMapping<TeamId>().HasConversion<TeamIdConverter>();
    }

    /// <summary>Maps the entities and functions of CallIntel. An override must call this method.</summary>
    /// <param name="modelBuilder">The builder of the model.</param>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        base.OnModelCreating(modelBuilder);
        EntityMapping.AddEntities(modelBuilder);
        modelBuilder
            .HasDbFunction(() => EventsBetween(default, default))
            .HasSchema(EntityMapping.Schema)
            .HasName("events_between");
        modelBuilder.HasDbFunction(() => EventsOf(default)).HasSchema(EntityMapping.Schema).HasName("events_of");
        modelBuilder
            .HasDbFunction(() => EventsById(Array.Empty<Guid>()))
            .HasSchema(EntityMapping.Schema)
            .HasName("events_by_id");
    }
}
