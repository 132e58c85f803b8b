using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.TenantApi.Demo;

/// <summary>
/// A throw-away server and a database with the org of the demo: members, lines, contacts, a hidden contact and four
/// months of invented calls and messages that end now.
/// </summary>
sealed class DemoDatabase : IAsyncDisposable
{
    const int Days = 120;
    readonly PostgresServer _server;
    readonly MigratedTemplate _template;
    readonly TestDatabase _database;

    DemoDatabase(PostgresServer server, MigratedTemplate template, TestDatabase database) =>
        (_server, _template, _database) = (server, template, database);

    /// <summary>The id of the org. An application stores it with its customers.</summary>
    public static OrgId Org { get; } = new(new Guid("3d6f0a52-9c1b-4b7e-8a55-1c2b8e6f4d21"));

    /// <summary>The identity of the webhook, which stores records and reads nothing.</summary>
    public static OrgIdentity Webhook { get; } = new(Org, MemberId.FromName("service", "webhook"));

    /// <summary>Sets the options that an operator gives to an application.</summary>
    public void Configure(CallIntelOptions options)
    {
        options.ConnectionString = _database.AppConnectionString;
        options.SigningKeys = _database.SigningKeys;
        options.RootKeys = _template.RootKeys;
    }

    public static async Task<DemoDatabase> StartAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        PostgresServer server = await PostgresServer.StartAsync(
            new PostgresServerOptions { Progress = progress },
            cancellationToken
        );
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        DateOnly today = DateOnly.FromDateTime(now.UtcDateTime);
        MigratedTemplate template = await MigratedTemplate.CreateAsync(
            server,
            admin =>
                new CallIntelOperations(admin).EnsurePartitionsAsync(
                    today.AddDays(-Days - 1),
                    today.AddMonths(1),
                    cancellationToken
                ),
            cancellationToken
        );
        TestDatabase database = await template.CloneAsync(cancellationToken);
        progress("Inventing four months of calls and messages");
        await FillAsync(database.DataSource, now, cancellationToken);
        await new CallIntelOperations(database.Admin).RecomputeRollupsAsync(Org, cancellationToken);
        return new DemoDatabase(server, template, database);
    }

    static async Task FillAsync(CallIntelDataSource source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        MemberId ownerId = DemoPeople.With(OrgRole.Owner).Id;
        await source.CreateOrgAsync(Org, DemoPeople.OrgName, ownerId, cancellationToken);
        OrgIdentity identity = new(Org, ownerId, AccessPurpose.Support);
        await using OrgSession owner = await source.OpenSessionAsync(identity, cancellationToken);
        await owner.Members.SetRoleAsync(Webhook.Member, OrgRole.Ingester, cancellationToken);
        foreach (DemoMember member in DemoPeople.Members)
        {
            if (member.Role is not OrgRole.Owner)
                await owner.Members.SetRoleAsync(member.Id, member.Role, cancellationToken);
            await owner.Members.SetDisplayNameAsync(member.Id, member.Name, cancellationToken);
            if (member.Line is { } number)
                await owner.Lines.AddAsync(number, member.Id, $"{member.Name}'s desk", null, cancellationToken);
        }
        await owner.Lines.AddAsync(DemoPeople.MainLine, null, "Shop", null, cancellationToken);
        await owner.Lines.AddAsync(DemoPeople.WorkshopLine, null, "Workshop", null, cancellationToken);
        await owner.Organization.SetBusinessHoursAsync(BusinessHours(), cancellationToken);

        DemoRecords records = new(now, Days, seed: 7);
        await StoreAsync(owner, "telephones", "pbx", records.Calls(), cancellationToken);
        await StoreAsync(owner, "text messages", "sms", records.Messages(), cancellationToken);
        foreach (DemoCustomer customer in DemoPeople.Customers.Append(DemoPeople.Hidden))
            if (await owner.Contacts.FindByNumberAsync(customer.Number, null, cancellationToken) is { } contact)
            {
                await owner.Contacts.SetDisplayNameAsync(contact, customer.Name, cancellationToken);
                if (customer == DemoPeople.Hidden)
                    await owner.Privacy.SetAsync(
                        contact,
                        new PrivacyRule { Level = PrivacyLevel.Hidden },
                        cancellationToken
                    );
            }
        await AskForDataAsync(owner, now, cancellationToken);
        await owner.Search.EnableTextAsync(SearchLanguage.English, cancellationToken);
    }

    /// <summary>Enters requests of two customers in the register.</summary>
    static async Task AskForDataAsync(OrgSession owner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (
            (SubjectRequestType type, int customer) in ((SubjectRequestType, int)[])
                [(SubjectRequestType.Access, 4), (SubjectRequestType.Erasure, 9)]
        )
            if (
                await owner.Contacts.FindByNumberAsync(
                    DemoPeople.Customers[customer].Number,
                    null,
                    cancellationToken
                ) is
                { } contact
            )
                await owner.SubjectRequests.OpenAsync(
                    new NewSubjectRequest(SubjectRegulation.UkGdpr, type)
                    {
                        Contacts = [contact],
                        ReceivedAt = now.AddDays(-customer),
                    },
                    cancellationToken
                );
    }

    static Task<IngestReport> StoreAsync(
        OrgSession session,
        string name,
        string kind,
        IEnumerable<EventRecord> records,
        CancellationToken cancellationToken
    ) =>
        session.Ingestion.IngestAsync(
            new IngestSource(name, kind),
            records.ToAsyncEnumerable(),
            cancellationToken: cancellationToken
        );

    static BusinessHours BusinessHours() =>
        new(
            DemoPeople.TimeZone,
            [
                .. Enum.GetValues<DayOfWeek>()
                    .Where(day => day is not DayOfWeek.Sunday)
                    .Select(day => new OpeningHours(day, new TimeOnly(9, 0), new TimeOnly(18, 0))),
            ],
            []
        );

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _template.DisposeAsync();
        await _server.DisposeAsync();
    }
}
