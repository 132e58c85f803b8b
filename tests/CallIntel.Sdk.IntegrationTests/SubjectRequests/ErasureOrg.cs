using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>An org with a ledger sink in a folder of its own, and records of two persons.</summary>
sealed class ErasureOrg : IAsyncDisposable
{
    internal const string Erased = "+4529837461",
        Kept = "+4520000072",
        Secret = "kanarie-ø-body-4a1c",
        KeptSecret = "behold-ø-body-19f0",
        Name = "Kanarie Ødegård";

    internal static readonly IngestSource Source = new("erasure", DefaultRegion: "DK");

    readonly string _folder;

    ErasureOrg(TestDatabase database, CallIntelDataSource source, TestOrg org, OrgSession admin, string folder) =>
        (Database, DataSource, Org, Admin, _folder) = (database, source, org, admin, folder);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal TestDatabase Database { get; }

    internal CallIntelDataSource DataSource { get; }

    internal TestOrg Org { get; }

    internal OrgSession Admin { get; }

    internal string Folder => _folder;

    internal FileErasureLedgerSink Sink => new(_folder);

    internal static async Task<ErasureOrg> CreateAsync(
        TestDatabase database,
        string name,
        Action<CallIntelOptions>? configure = null
    )
    {
        string folder = Directory.CreateTempSubdirectory("callintel-ledger-").FullName;
        CallIntelDataSource source = database.CreateDataSource(options =>
        {
            options.Erasure.LedgerSink = new FileErasureLedgerSink(folder);
            options.Erasure.BackupRetention = TimeSpan.FromDays(30);
            configure?.Invoke(options);
        });
        TestOrg org = await TestOrg.CreateAsync(source, name, Cancellation);
        OrgSession admin = await source.OpenSessionAsync(
            org.As(OrgRole.Admin) with
            {
                Purpose = AccessPurpose.SubjectRequest,
            },
            Cancellation
        );
        return new ErasureOrg(database, source, org, admin, folder);
    }

    /// <summary>Stores calls and messages of both persons, and a record that is rejected.</summary>
    internal async Task<ContactId> FillAsync(int messages = 12)
    {
        EventRecord like = GeneratedRecords.Take(1).Single();
        // The id of an event follows from source and external id, so other orgs must not have the same ones.
        string batch = NewRequest().ToString("N");
        List<EventRecord> records = [];
        for (int i = 0; i < messages; i++)
        {
            records.Add(
                like with
                {
                    Party = Erased,
                    ExternalId = $"{batch}-erased-{i}",
                    OccurredAt = like.OccurredAt.AddMinutes(i),
                    Body = $"{Secret} {i}",
                }
            );
            records.Add(
                like with
                {
                    Party = Kept,
                    ExternalId = $"{batch}-kept-{i}",
                    OccurredAt = like.OccurredAt.AddMinutes(i),
                    Body = $"{KeptSecret} {i}",
                }
            );
        }
        records.Add(EventRecord.Unreadable(RejectReason.Malformed, "from: 29 83 74 61, text: refused secret"));
        records.Add(EventRecord.Unreadable(RejectReason.Malformed, "from: 20 00 00 72, text: other refusal"));
        IngestReport report = await Admin.Ingestion.IngestAsync(
            Source,
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );
        Assert.Equal((2 * messages, 2), ((int)report.Inserted, (int)report.Rejected));
        ContactId contact = await ContactAsync(Erased);
        await Admin.Contacts.SetDisplayNameAsync(contact, Name, Cancellation);
        return contact;
    }

    internal async Task<ContactId> ContactAsync(string number) =>
        (await Admin.Contacts.FindByNumberAsync(number, cancellationToken: Cancellation))!.Value;

    internal static Guid NewRequest() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    /// <summary>Enters a request for erasure and verifies the identity.</summary>
    internal async Task<SubjectRequestId> OpenAsync(params ContactId[] contacts)
    {
        OpenedSubjectRequest opened = await Admin.SubjectRequests.OpenAsync(
            new NewSubjectRequest(SubjectRegulation.Gdpr, SubjectRequestType.Erasure) { Contacts = contacts },
            Cancellation
        );
        await Admin.SubjectRequests.VerifyIdentityAsync(
            opened.Request.Id,
            IdentityVerification.Reasonable,
            cancellationToken: Cancellation
        );
        return opened.Request.Id;
    }

    /// <summary>Asks for an erasure.</summary>
    internal async Task<Guid> RequestAsync(ContactId contact, bool suppress = true)
    {
        SubjectRequestId request = await OpenAsync(contact);
        await Admin.Erasures.RequestAsync(request.Value, suppress, Cancellation);
        return request.Value;
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        await DataSource.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
