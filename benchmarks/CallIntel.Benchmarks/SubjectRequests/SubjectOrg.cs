using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.SubjectRequests;

/// <summary>An org with a copy of its ledger of erasures in a folder, and the session of its privacy officer.</summary>
sealed class SubjectOrg : IAsyncDisposable
{
    internal static readonly DateTimeOffset Begin = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    readonly string _folder;

    SubjectOrg(CallIntelDataSource source, TestOrg org, OrgSession admin, string folder) =>
        (Source, Org, Admin, _folder) = (source, org, admin, folder);

    internal CallIntelDataSource Source { get; }

    internal TestOrg Org { get; }

    internal OrgSession Admin { get; }

    internal static async Task<SubjectOrg> CreateAsync(
        TestDatabase database,
        string name,
        Action<CallIntelOptions>? configure = null
    )
    {
        string folder = Directory.CreateTempSubdirectory("callintel-ledger-").FullName;
        CallIntelDataSource source = database.CreateDataSource(options =>
        {
            options.Erasure.LedgerSink = new FileErasureLedgerSink(folder);
            configure?.Invoke(options);
        });
        TestOrg org = await database.CreateOrgAsync(name);
        OrgSession admin = await source.OpenSessionAsync(
            org.As(OrgRole.Admin) with
            {
                Purpose = AccessPurpose.SubjectRequest,
            }
        );
        return new SubjectOrg(source, org, admin, folder);
    }

    /// <summary>A message of a person.</summary>
    internal static EventRecord Message(string party, string id, int second, string body) =>
        new()
        {
            OccurredAt = Begin.AddSeconds(second),
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Completed,
            Party = party,
            ExternalId = id,
            Body = body,
        };

    internal Task<IngestReport> IngestAsync(IEnumerable<EventRecord> records) =>
        Admin.Ingestion.IngestAsync(new IngestSource("dsr", DefaultRegion: "DK"), records.ToAsyncEnumerable());

    internal async Task<ContactId> ContactAsync(string number) =>
        await Admin.Contacts.FindByNumberAsync(number)
        ?? throw new InvalidOperationException("A planted person has no contact.");

    /// <summary>Enters a request and verifies the identity.</summary>
    internal async Task<SubjectRequestId> OpenAsync(SubjectRequestType type, NewSubjectRequest? request = null)
    {
        OpenedSubjectRequest opened = await Admin.SubjectRequests.OpenAsync(
            request ?? new NewSubjectRequest(SubjectRegulation.Gdpr, type)
        );
        await Admin.SubjectRequests.VerifyIdentityAsync(opened.Request.Id, IdentityVerification.Reasonable);
        return opened.Request.Id;
    }

    internal Task<SubjectRequestId> OpenErasureAsync(ContactId contact) =>
        OpenAsync(
            SubjectRequestType.Erasure,
            new NewSubjectRequest(SubjectRegulation.Gdpr, SubjectRequestType.Erasure) { Contacts = [contact] }
        );

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        await Source.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
