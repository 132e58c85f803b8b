using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>A backup from before an erasure serves nobody until the erasure was repeated in it.</summary>
public sealed class RestoreReplayTests(ServerFixture server, DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restored_backup_is_refused_until_its_erasures_were_repeated()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "restored");
        ContactId contact = await org.FillAsync(3);
        SubjectRequestId request = await org.OpenAsync(contact);
        string backup = await fixture.Database.DumpAsync(Cancellation);
        ErasureCertificate first = await org.Admin.SubjectRequests.EraseAsync(request, cancellationToken: Cancellation);

        await using TestDatabase restored = await server.Template.RestoreAsync(backup, Cancellation);
        await using CallIntelDataSource host = restored.CreateDataSource(options =>
            options.Erasure.LedgerSink = org.Sink
        );
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
        {
            await using OrgSession refused = await host.OpenSessionAsync(org.Org.As(role), Cancellation);
            await RefusedAsync(ErrorCodes.ErasuresMissing, async () =>
                await refused.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation)
            );
            await RefusedAsync(ErrorCodes.ErasuresMissing, () =>
                refused.Ingestion.WriteAsync(ErasureOrg.Source, [Record("refused")], Cancellation)
            );
        }
        Assert.Equal(3L, await CountAsync(restored, contact));

        OrgIdentity admin = org.Org.As(OrgRole.Admin);
        Assert.Equal(1, await host.ReplayErasuresAsync(admin, Cancellation));
        Assert.Equal(0, await host.ReplayErasuresAsync(admin, Cancellation));

        Assert.Equal(0L, await CountAsync(restored, contact));
        await using OrgSession session = await host.OpenSessionAsync(admin, Cancellation);
        Assert.Null(await session.Contacts.FindByNumberAsync(ErasureOrg.Erased, cancellationToken: Cancellation));
        ErasureCertificate again = Assert.Single(
            await session.SubjectRequests.ListCertificatesAsync(request, Cancellation)
        );
        Assert.Equal(first.Statement.Ledger, again.Statement.Ledger);
        Assert.Equal(0, again.Statement.RowsLeft);
        IngestReport report = await session.Ingestion.WriteAsync(
            ErasureOrg.Source,
            [Record("after"), Record("kept") with { Party = ErasureOrg.Kept }],
            Cancellation
        );
        Assert.Equal((1L, 1L), (report.Suppressed, report.Inserted));

        // the next erasure continues the ledger
        ErasureCertificate next = await session.SubjectRequests.EraseAsync(
            await OpenAsync(session, await org.ContactAsync(ErasureOrg.Kept)),
            cancellationToken: Cancellation
        );
        Assert.Equal(2, next.Statement.Ledger!.Height);
        Assert.Equal(next.Statement.Ledger, await org.Sink.ReadHeadAsync(org.Org.Id, Cancellation));
    }

    [Fact]
    public async Task A_running_host_notices_a_restore_at_its_next_statement()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "beneath");
        ContactId contact = await org.FillAsync(1);
        await org.Admin.SubjectRequests.EraseAsync(await org.OpenAsync(contact), cancellationToken: Cancellation);
        Assert.Single(await org.Admin.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation));

        // what a restore does to the height that begin_session reads
        foreach (string table in new[] { "orgs", "org_roles" })
            await ScalarAsync<long>(
                fixture.Database,
                $"update callintel_private.{table} set erasure_height = 0 where org_id = $1 returning 1::bigint",
                org.Org.Id.Value
            );

        CallIntelException refused = await RefusedAsync(ErrorCodes.ErasuresMissing, async () =>
            await org.Admin.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation)
        );
        Assert.Contains("restored", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_of_the_ledger_that_was_changed_is_neither_read_nor_repeated()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "edited");
        ContactId contact = await org.FillAsync(1);
        string backup = await fixture.Database.DumpAsync(Cancellation);
        await org.Admin.SubjectRequests.EraseAsync(await org.OpenAsync(contact), cancellationToken: Cancellation);
        string file = Assert.Single(Directory.GetFiles(org.Folder, "*.jsonl"));
        ContactId kept = await org.ContactAsync(ErasureOrg.Kept);
        string text = await File.ReadAllTextAsync(file, Cancellation);
        Assert.DoesNotContain("4529837461", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            file,
            text.Replace(contact.Value.ToString(), kept.Value.ToString(), StringComparison.Ordinal),
            Cancellation
        );

        await using TestDatabase restored = await server.Template.RestoreAsync(backup, Cancellation);
        await using CallIntelDataSource host = restored.CreateDataSource(options =>
            options.Erasure.LedgerSink = org.Sink
        );
        await RefusedAsync(ErrorCodes.ErasureLedgerBroken, () =>
            host.ReplayErasuresAsync(org.Org.As(OrgRole.Owner), Cancellation)
        );
        await RefusedAsync(ErrorCodes.ErasureLedgerBroken, async () =>
            await host.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation)
        );
        Assert.Equal(1L, await CountAsync(restored, kept));
    }

    [Fact]
    public async Task The_file_sink_stores_an_entry_once_and_refuses_gaps_and_other_entries()
    {
        await using ErasureOrg org = await ErasureOrg.CreateAsync(fixture.Database, "sink");
        ContactId contact = await org.FillAsync(1);
        await org.Admin.SubjectRequests.EraseAsync(await org.OpenAsync(contact), cancellationToken: Cancellation);
        ErasureLedgerEntry entry = Assert.Single(
            await org.Sink.ReadAsync(org.Org.Id, 0, Cancellation).ToListAsync(Cancellation)
        );
        Assert.Equal(entry.ComputeDigest(null), entry.Digest);
        await org.Sink.AppendAsync(entry, Cancellation);
        Assert.Single(await org.Sink.ReadAsync(org.Org.Id, 0, Cancellation).ToListAsync(Cancellation));
        ErasureLedgerEntry other = entry with { RequestId = Guid.NewGuid() };
        foreach (
            ErasureLedgerEntry wrong in new[]
            {
                other,
                other with
                {
                    Digest = other.ComputeDigest(null),
                },
                entry with
                {
                    Height = 3,
                },
                entry with
                {
                    Height = 0,
                },
            }
        )
            await RefusedAsync(ErrorCodes.ErasureLedgerBroken, () => org.Sink.AppendAsync(wrong, Cancellation));
    }

    static async Task<SubjectRequestId> OpenAsync(OrgSession session, ContactId contact)
    {
        OpenedSubjectRequest opened = await session.SubjectRequests.OpenAsync(
            new NewSubjectRequest(SubjectRegulation.Gdpr, SubjectRequestType.Erasure) { Contacts = [contact] },
            Cancellation
        );
        await session.SubjectRequests.VerifyIdentityAsync(
            opened.Request.Id,
            IdentityVerification.Reasonable,
            cancellationToken: Cancellation
        );
        return opened.Request.Id;
    }

    static EventRecord Record(string id) =>
        GeneratedRecords.Take(1).Single() with
        {
            Party = ErasureOrg.Erased,
            ExternalId = $"restored-{id}",
            Body = "stored again",
        };

    static Task<long> CountAsync(TestDatabase database, ContactId contact) =>
        ScalarAsync<long>(
            database,
            "select count(*) from callintel_private.events where contact_id = $1",
            contact.Value
        );
}
