using System.Globalization;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Lines;
using CallIntel.Sdk.Questions.Planning;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Teams;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Questions;

/// <summary>Reads the names that the session may see. What it may not see cannot be named in a question.</summary>
sealed class VocabularyReader(
    MemberDirectory members,
    LineDirectory lines,
    TeamDirectory teams,
    ContactDirectory contacts,
    SyncHealthReader syncHealth,
    DashboardReader dashboards
)
{
    /// <summary>The number of contacts, the most active first, whose names are recognized.</summary>
    internal const int MaxContacts = 500;

    /// <summary>Reads the names of members, teams, lines and sources, at the same time.</summary>
    internal async Task<Vocabulary> ReadAsync(CancellationToken cancellationToken) =>
        new(
            (
                await Task.WhenAll(
                        Allowed(MembersAsync(cancellationToken)),
                        Allowed(TeamsAsync(cancellationToken)),
                        Allowed(LinesAsync(cancellationToken)),
                        Allowed(SourcesAsync(cancellationToken))
                    )
                    .ConfigureAwait(false)
            ).SelectMany(names => names)
        );

    /// <summary>Reads the names of the contacts with the most events of the last year.</summary>
    internal async Task<IEnumerable<NamedEntity>> ReadContactsAsync(
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        DashboardAnswer<ContactVolume> top = await dashboards
            .TopContactsAsync(new TimeRange(now.AddYears(-1), now), MaxContacts, cancellationToken)
            .ConfigureAwait(false);
        ContactId[] ids = [.. top.Rows.Select(row => row.Contact).OfType<ContactId>()];
        IReadOnlyDictionary<ContactId, ContactLabel> labels = await contacts
            .ListLabelsAsync(ids, cancellationToken)
            .ConfigureAwait(false);
        return from label in labels
            where label.Value.Kind is ContactLabelKind.Name
            select new NamedEntity(EntityKind.Contact, label.Key.Value, label.Value.Text);
    }

    /// <summary>Finds the contact with a telephone number.</summary>
    internal async Task<NamedEntity?> FindByNumberAsync(string number, CancellationToken cancellationToken) =>
        await contacts.FindByNumberAsync(number, cancellationToken: cancellationToken).ConfigureAwait(false)
            is { } contact
            ? new NamedEntity(EntityKind.Contact, contact.Value, number) { Number = number }
            : null;

    /// <summary>Returns the names for the rows of an answer.</summary>
    internal async Task<Func<Guid, string>> LabelsAsync(
        QuestionDimension dimension,
        IReadOnlyCollection<Guid> ids,
        Vocabulary known,
        CancellationToken cancellationToken
    )
    {
        if (dimension is QuestionDimension.Contact)
        {
            IReadOnlyDictionary<ContactId, ContactLabel> labels = await contacts
                .ListLabelsAsync([.. ids.Select(id => new ContactId(id))], cancellationToken)
                .ConfigureAwait(false);
            return id =>
                labels.TryGetValue(new ContactId(id), out ContactLabel? label) ? label.Text : Short("contact", id);
        }
        EntityKind kind = dimension switch
        {
            QuestionDimension.Member => EntityKind.Member,
            QuestionDimension.Team => EntityKind.Team,
            QuestionDimension.Source => EntityKind.Source,
            _ => EntityKind.Line,
        };
        if (ids.Any(id => known.NameOf(kind, id) is null))
            known = new Vocabulary(
                kind switch
                {
                    EntityKind.Member => await MembersAsync(cancellationToken).ConfigureAwait(false),
                    EntityKind.Team => await TeamsAsync(cancellationToken).ConfigureAwait(false),
                    EntityKind.Source => await SourcesAsync(cancellationToken).ConfigureAwait(false),
                    _ => await LinesAsync(cancellationToken).ConfigureAwait(false),
                }
            );
        return id => known.NameOf(kind, id) ?? Short(kind.ToString().ToLowerInvariant(), id);
    }

    /// <summary>Names that the role may not read do not exist for the question.</summary>
    static async Task<IEnumerable<NamedEntity>> Allowed(Task<IEnumerable<NamedEntity>> names)
    {
        try
        {
            return await names.ConfigureAwait(false);
        }
        catch (CallIntelException e) when (e.Code == ErrorCodes.NotAllowed)
        {
            return [];
        }
    }

    async Task<IEnumerable<NamedEntity>> MembersAsync(CancellationToken cancellationToken) =>
        from profile in await members.ListProfilesAsync(cancellationToken).ConfigureAwait(false)
        where profile.Value.Name?.Value is not null
        select new NamedEntity(EntityKind.Member, profile.Key.Value, profile.Value.Name!.Value!);

    async Task<IEnumerable<NamedEntity>> TeamsAsync(CancellationToken cancellationToken) =>
        from team in await teams.ListAsync(cancellationToken).ConfigureAwait(false)
        select new NamedEntity(EntityKind.Team, team.Id.Value, team.Name);

    async Task<IEnumerable<NamedEntity>> LinesAsync(CancellationToken cancellationToken) =>
        from line in await lines.ListAsync(cancellationToken).ConfigureAwait(false)
        where line.Label is not null || line.Number is not null
        select new NamedEntity(EntityKind.Line, line.Id.Value, line.Label ?? line.Number!) { Number = line.Number };

    async Task<IEnumerable<NamedEntity>> SourcesAsync(CancellationToken cancellationToken) =>
        from source in await syncHealth.ListSourcesAsync(cancellationToken).ConfigureAwait(false)
        select new NamedEntity(EntityKind.Source, source.Value, source.Key);

    static string Short(string kind, Guid id) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind} {id.ToString("N")[^6..]}");
}
