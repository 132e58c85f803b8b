using CallIntel.Sdk;
using CallIntel.Sdk.Audit;
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
    readonly TestDatabase _database;
    readonly SealKeyRing _sealKeys = new(SealKey.Create("harbour-cycles.example/2026"));
    readonly FileCheckpointSink _checkpoints;
    readonly CancellationTokenSource _stop = new();
    Task _operations = Task.CompletedTask;

    DemoDatabase(PostgresServer server, TestDatabase database)
    {
        (_server, _database) = (server, database);
        _checkpoints = new FileCheckpointSink(Folder("checkpoints"));
        Proof = new LedgerProof(_sealKeys.WithoutPrivateKeys(), _checkpoints);
    }

    /// <summary>The id of the org. An application stores it with its customers.</summary>
    public static OrgId Org { get; } = new(new Guid("3d6f0a52-9c1b-4b7e-8a55-1c2b8e6f4d21"));

    /// <summary>The identity of the webhook, which stores records and reads nothing.</summary>
    public static OrgIdentity Webhook { get; } = new(Org, MemberId.FromName("service", "webhook"));

    public PostgresServer Server => _server;

    /// <summary>The connection string of an operator.</summary>
    public string AdminConnectionString => _database.AdminConnectionString;

    /// <summary>What admins verify the ledgers with.</summary>
    public LedgerProof Proof { get; }

    /// <summary>Sets the options that an operator gives to an application.</summary>
    public void Configure(CallIntelOptions options)
    {
        options.ConnectionString = _database.AppConnectionString;
        options.SigningKeys = _database.SigningKeys;
        options.RootKeys = _database.RootKeys;
        options.Erasure.LedgerSink = new FileErasureLedgerSink(Folder("erasures"));
        options.Erasure.BackupRetention = TimeSpan.FromDays(30);
    }

    public static async Task<DemoDatabase> StartAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        PostgresServer server = await PostgresServer.StartAsync(
            // Nothing of a demo has to survive a power failure.
            new PostgresServerOptions { Progress = progress, Settings = { ["fsync"] = "off" } },
            cancellationToken
        );
        DateOnly today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        TestDatabase database = await TestDatabase.CreateAsync(
            server,
            admin =>
                new CallIntelOperations(admin).EnsurePartitionsAsync(
                    today.AddDays(-Days - 1),
                    today.AddMonths(1),
                    cancellationToken
                ),
            cancellationToken
        );
        return new DemoDatabase(server, database);
    }

    /// <summary>Invents the records and stores them. The application can start meanwhile.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        await FillAsync(_database.DataSource, TimeProvider.System.GetUtcNow(), cancellationToken);
        _operations = OperateAsync();
    }

    /// <summary>
    /// Does what operators do, now and every minute: counts the events for the figures, and seals the ledgers. In
    /// production, the seal key, the checkpoints and the ledger of erasures are on other machines than the database.
    /// </summary>
    Task OperateAsync() =>
        new OperationsWorker(_database.Admin) { SealKeys = _sealKeys, CheckpointSink = _checkpoints }.RunAsync(
            TimeSpan.FromMinutes(1),
            _stop.Token
        );

    /// <summary>A folder that is deleted with the keys of the demo.</summary>
    string Folder(string name) => Path.Combine(Path.GetDirectoryName(_database.RootKeyFile)!, name);

    static async Task FillAsync(CallIntelDataSource source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        MemberId ownerId = DemoPeople.With(OrgRole.Owner).Id;
        await source.CreateOrgAsync(Org, DemoPeople.OrgName, ownerId, cancellationToken);
        OrgIdentity identity = new(Org, ownerId, AccessPurpose.Support);
        await using OrgSession owner = await source.OpenSessionAsync(identity, cancellationToken);
        await owner.Members.SetRoleAsync(Webhook.Member, OrgRole.Ingester, cancellationToken);
        foreach (DemoMember member in DemoPeople.Members)
            await AddAsync(owner, member, cancellationToken);
        await owner.Lines.AddAsync(DemoPeople.MainLine, null, "Shop", null, cancellationToken);
        await owner.Lines.AddAsync(DemoPeople.WorkshopLine, null, "Workshop", null, cancellationToken);
        await owner.Organization.SetBusinessHoursAsync(BusinessHours(), cancellationToken);

        await Task.WhenAll(
            StoreAsync(owner, "telephones", "pbx", new DemoRecords(now, Days, seed: 7).Calls(), cancellationToken),
            StoreAsync(owner, "text messages", "sms", new DemoRecords(now, Days, seed: 8).Messages(), cancellationToken)
        );
        await Parallel.ForEachAsync(
            DemoPeople.Customers.Append(DemoPeople.Hidden),
            // Each new connection makes the server read its catalogs again.
            new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken },
            async (customer, stop) => await NameAsync(owner, customer, stop)
        );
        await AskForDataAsync(owner, now, cancellationToken);
        await owner.Search.EnableTextAsync(SearchLanguage.English, cancellationToken);
    }

    static async Task AddAsync(OrgSession owner, DemoMember member, CancellationToken cancellationToken)
    {
        if (member.Role is not OrgRole.Owner)
            await owner.Members.SetRoleAsync(member.Id, member.Role, cancellationToken);
        await owner.Members.SetDisplayNameAsync(member.Id, member.Name, cancellationToken);
        if (member.Line is { } number)
            await owner.Lines.AddAsync(number, member.Id, $"{member.Name}'s desk", null, cancellationToken);
    }

    static async Task NameAsync(OrgSession owner, DemoCustomer customer, CancellationToken cancellationToken)
    {
        if (await owner.Contacts.FindByNumberAsync(customer.Number, null, cancellationToken) is not { } contact)
            return;
        await owner.Contacts.SetDisplayNameAsync(contact, customer.Name, cancellationToken);
        if (customer == DemoPeople.Hidden)
            await owner.Privacy.SetAsync(contact, new PrivacyRule { Level = PrivacyLevel.Hidden }, cancellationToken);
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
        await _stop.CancelAsync();
        await _operations;
        _checkpoints.Dispose();
        _stop.Dispose();
        await _database.DisposeAsync();
        await _server.DisposeAsync();
    }
}
