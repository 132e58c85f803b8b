using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>
/// Maps the entities to the fenced views. The column of a property has the same name in snake case, where
/// <c>Seconds</c> at the end becomes <c>_s</c>, and codes are smallint.
/// </summary>
static class EntityMapping
{
    internal const string Schema = "callintel";

    internal static void AddEntities(ModelBuilder model)
    {
        model.Entity<EventEntity>().ToView("events", Schema).HasKey(e => e.Id);
        model.Entity<EventDetailsEntity>().ToView("event_details", Schema).HasKey(e => e.EventId);
        model
            .Entity<EventParticipantEntity>()
            .ToView("event_participants", Schema)
            .HasKey(e => new { e.EventId, e.Ordinal });
        model.Entity<ContactEntity>().ToView("contacts", Schema).HasKey(e => e.Id);
        model.Entity<LineEntity>(entity =>
        {
            entity.ToView("lines", Schema).HasKey(e => e.Id);
            entity.Property(e => e.Id).HasColumnName("line_id");
        });
        model.Entity<MemberEntity>(entity =>
        {
            entity.ToView("org_roles", Schema).HasKey(e => e.Id);
            entity.Property(e => e.Id).HasColumnName("member_id");
        });
        model.Entity<TeamEntity>(entity =>
        {
            entity.ToView("teams", Schema).HasKey(e => e.Id);
            entity.Property(e => e.Id).HasColumnName("team_id");
        });
        model.Entity<TeamMemberEntity>().ToView("team_members", Schema).HasKey(e => new { e.TeamId, e.MemberId });
        model.Entity<SourceEntity>().ToView("sync_sources", Schema).HasKey(e => e.Id);

        foreach (IMutableEntityType entity in model.Model.GetEntityTypes().Where(e => e.GetViewSchema() == Schema))
        foreach (IMutableProperty property in entity.GetProperties())
        {
            if (property.FindAnnotation(RelationalAnnotationNames.ColumnName) is null)
                property.SetColumnName(ColumnOf(property.Name));
            if (property.ClrType.IsEnum)
                property.SetProviderClrType(typeof(short));
        }
    }

    static string ColumnOf(string property) =>
        SnakeCase(property.EndsWith("Seconds", StringComparison.Ordinal) ? property[..^"econds".Length] : property);

    static string SnakeCase(string name) =>
        string.Concat(
            name.Select(
                (letter, i) =>
                    char.IsUpper(letter) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(letter) : letter.ToString()
            )
        );
}
