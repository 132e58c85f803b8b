using System.Text;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>Tests the guarantees of encryption, for an application and for a thief of the disks.</summary>
public sealed class FieldEncryptionTests(ServerFixture server, DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Canary = "canary-7f3a-of-what-was-said";
    const string CanaryNumber = "+4529837461";
    static readonly IngestSource Source = new("protected", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tables_indexes_and_the_write_ahead_log_contain_no_protected_plaintext()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("at rest", Cancellation);
        EventRecord like = GeneratedRecords.Take(1).Single();
        await IngestAsync(
            org,
            [
                like with
                {
                    Party = CanaryNumber,
                    Body = Canary,
                    Transcript = Canary,
                    Summary = Canary,
                },
                like with
                {
                    Party = null,
                    ExternalId = "withheld",
                    Body = Canary,
                },
                EventRecord.Unreadable(RejectReason.Malformed, Canary),
            ]
        );
        await AdminAsync("create table public.planted as select convert_to('planted-in-the-clear', 'UTF8') as x");
        await AdminAsync("checkpoint");

        string folder = server.Server.Folder
            ?? throw new InvalidOperationException(
                "The server's files cannot be read; run this test without CALLINTEL_POSTGRES and Docker."
            );
        Assert.NotEmpty(FilesWith(folder, "planted-in-the-clear")); // the search finds what is there
        Assert.Empty(FilesWith(folder, Canary));
        Assert.Empty(FilesWith(folder, CanaryNumber));
        Assert.Empty(FilesWith(folder, CanaryNumber[3..]));
    }

    [Fact]
    public async Task Shredding_a_contact_makes_only_that_contact_unreadable_everywhere()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("shredding", Cancellation);
        EventRecord like = GeneratedRecords.Take(1).Single();
        await IngestAsync(
            org,
            [
                like with
                {
                    Party = "+4520000001",
                    ExternalId = "1",
                    Body = "one",
                },
                like with
                {
                    Party = "+4520000002",
                    ExternalId = "2",
                    Body = "two",
                },
            ]
        );
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        ContactId erased = (
            await admin.Contacts.FindByNumberAsync("+4520000001", cancellationToken: Cancellation)
        )!.Value;

        Assert.Equal(1, await admin.Keys.CryptoShredAsync(erased, Cancellation));
        Assert.Equal(1, await admin.Keys.CryptoShredAsync(erased, Cancellation));

        Dictionary<string, EventContent?> contents = await admin
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .ToDictionaryAsync(e => e.ExternalId!, e => e.Content, cancellationToken: Cancellation);
        Assert.Equal((null, DecryptResult.CryptoShredded), (contents["1"]!.Body, contents["1"]!.Status));
        Assert.Equal(("two", DecryptResult.Ok), (contents["2"]!.Body, contents["2"]!.Status));
        Assert.Equal(
            [(null, DecryptResult.CryptoShredded)],
            (await admin.Contacts.ListNumbersAsync(erased, Cancellation)).Select(n => (n.Value, n.Status))
        );

        // another process, which never had the key
        await using CallIntelDataSource other = fixture.Database.CreateDataSource();
        await using OrgSession elsewhere = await other.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        Assert.Equal(
            DecryptResult.CryptoShredded,
            (
                await elsewhere
                    .Events.ReadAsync(EventFilter.All.ForContact(erased).WithContent(), Cancellation)
                    .SingleAsync(Cancellation)
            )
                .Content!
                .Status
        );

        // and what comes again of theirs is not stored again
        IngestReport again = await IngestAsync(
            org,
            [like with { Party = "+4520000001", ExternalId = "3", Body = "again" }]
        );
        Assert.Equal((1, 0, 1), (again.Read, again.Inserted, again.Rejected));
        Assert.Equal(
            [("subject_erased", null)],
            await admin
                .Ingestion.ReadRejectsAsync(again.RunId, Cancellation)
                .Select(r => (r.Reason, r.Raw))
                .ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task A_listening_process_forgets_a_cached_key_when_it_is_shredded()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("listening", Cancellation);
        await IngestAsync(org, [GeneratedRecords.Take(1).Single() with { Party = "+4520000009", Body = "cached" }]);
        await using CallIntelDataSource other = fixture.Database.CreateDataSource(options =>
            options.ListenForCryptoShreds = true
        );
        await using OrgSession elsewhere = await other.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        async Task<EventContent> ReadAsync() =>
            (
                await elsewhere
                    .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
                    .SingleAsync(Cancellation)
            ).Content!;
        Assert.Equal("cached", (await ReadAsync()).Body);

        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Keys.CryptoShredAsync(
            (await admin.Contacts.FindByNumberAsync("+4520000009", cancellationToken: Cancellation))!.Value,
            Cancellation
        );

        while ((await ReadAsync()).Status != DecryptResult.CryptoShredded)
            await Task.Yield();
        Assert.Null((await ReadAsync()).Body);
    }

    [Fact]
    public async Task Everything_stays_readable_after_a_rotation_and_the_destruction_of_the_old_epoch()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("rotating", Cancellation);
        await IngestAsync(org, GeneratedRecords.Take(300));
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Equal(0, (await owner.Keys.RotateAsync(cancellationToken: Cancellation)).Remaining);
        Assert.Equal([1], await owner.Keys.DestroyOldEpochsAsync(Cancellation));

        await using CallIntelDataSource fresh = fixture.Database.CreateDataSource();
        await using OrgSession reader = await fresh.OpenSessionAsync(org.As(OrgRole.Analyst), Cancellation);
        List<EventContent> contents = await reader
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .Where(e => e.Content is not null)
            .Select(e => e.Content!)
            .ToListAsync(Cancellation);
        Assert.NotEmpty(contents);
        Assert.All(contents, c => Assert.Equal(DecryptResult.Ok, c.Status));

        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        Assert.Equal(
            ErrorCodes.NotAllowed,
            (
                await Assert.ThrowsAsync<CallIntelException>(() =>
                    admin.Keys.RotateAsync(cancellationToken: Cancellation)
                )
            ).Code
        );
    }

    [Fact]
    public async Task An_envelope_moved_to_another_row_or_column_cannot_be_decrypted()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("moving", Cancellation);
        EventRecord like = GeneratedRecords.Take(1).Single();
        await IngestAsync(
            org,
            [
                like with
                {
                    Party = "+4520000003",
                    ExternalId = "a",
                    Body = "body a",
                    Summary = "summary a",
                },
                like with
                {
                    Party = "+4520000003",
                    ExternalId = "b",
                    Body = "body b",
                },
            ]
        );
        await AdminAsync(
            $"""
            update callintel_private.event_contents c set summary = case when summary is not null then body end,
                   body = (select o.body from callintel_private.event_contents o
                       where o.org_id = c.org_id and o.event_id <> c.event_id)
             where org_id = '{org.Id}'
            """
        );
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        List<EventContent?> contents = await owner
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .Select(e => e.Content)
            .ToListAsync(Cancellation);
        Assert.Equal(2, contents.Count);
        Assert.All(contents, c =>
            Assert.Equal((null, null, DecryptResult.AuthenticationFailed), (c!.Body, c.Summary, c.Status))
        );
    }

    async Task<IngestReport> IngestAsync(TestOrg org, IEnumerable<EventRecord> records)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await session.Ingestion.IngestAsync(
            Source,
            GeneratedRecords.Async(records),
            cancellationToken: Cancellation
        );
    }

    async Task AdminAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    static List<string> FilesWith(string folder, string text)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(text);
        List<string> found = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            try
            {
                if (File.ReadAllBytes(file).AsSpan().IndexOf(wanted) >= 0)
                    found.Add(file);
            }
            catch (IOException)
            {
                // gone meanwhile: the server recycles its files
            }
        }
        return found;
    }
}
