using System.Diagnostics;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Audit;

public sealed class AccessLedgerTests(DatabaseFixture fixture, ServerFixture server) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_that_returns_text_files_the_fields_that_it_opened()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "every call");
        await using OrgSession admin = await harness.Org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        foreach ((string name, ProtectedFields fields, Func<OrgSession, Task<string?>> read) in harness.Reads())
        {
            int before = (await harness.EntriesAsync()).Count;
            Assert.False(string.IsNullOrEmpty(await read(admin)), name);
            List<AccessEntry> filed = await harness.EntriesAsync();
            filed.RemoveRange(filed.Count - before, before);
            Assert.Equal(
                (name, fields),
                (name, filed.Aggregate(ProtectedFields.None, (all, entry) => all | entry.Fields))
            );
            Assert.All(filed, entry =>
            {
                Assert.Equal(harness.Org.Members[OrgRole.Admin], entry.Member);
                Assert.InRange(
                    entry.AccessedAt,
                    DateTimeOffset.UtcNow.AddMinutes(-5),
                    DateTimeOffset.UtcNow.AddMinutes(5)
                );
                Assert.NotEqual(0, entry.Events.Count + entry.Contacts.Count + entry.OtherIds.Count);
                Assert.True(entry.RowCount > 0);
            });
        }
    }

    [Fact]
    public async Task A_page_is_one_entry_with_the_ids_that_the_database_returned()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "pages", events: 620);
        await using OrgSession analyst = await harness.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        List<ConversationEvent> events = await analyst
            .Events.ReadAsync(EventFilter.All.WithContent().Newest(1000), Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(620, events.Count);

        List<AccessEntry> entries = await harness.EntriesAsync();
        Assert.Equal([120, 500], entries.Select(e => e.RowCount));
        Assert.Equal(events.Select(e => e.Id).Order(), entries.SelectMany(e => e.Events).Order());
        Assert.Equal(
            events.Select(e => e.Contact!.Value).Distinct().OrderBy(c => c.Value),
            entries[1].Contacts.OrderBy(c => c.Value)
        );
        Assert.Single(entries.Select(e => e.RequestId).Distinct());
        Assert.All(entries, e => Assert.Equal(ProtectedFields.Body, e.Fields));
    }

    [Fact]
    public async Task Reading_metadata_or_text_that_the_member_may_not_see_files_nothing()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "metadata");
        await using OrgSession owner = await harness.Org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.NotEmpty(await owner.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation));
        Assert.NotNull(await owner.Events.FindAsync(harness.Message, Cancellation));
        await using OrgSession viewer = await harness.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        ConversationEvent masked = await viewer
            .Events.ReadAsync(EventFilter.All.WithContent().Newest(1), Cancellation)
            .SingleAsync(Cancellation);
        Assert.Null(masked.Content);
        Assert.Empty(await harness.EntriesAsync());
    }

    [Fact]
    public async Task No_text_is_returned_if_the_access_cannot_be_filed()
    {
        await using Sdk.Testing.TestDatabase database = await server.Template.CloneAsync(Cancellation);
        LedgerHarness harness = await LedgerHarness.CreateAsync(database, "fail closed");
        await using OrgSession admin = await harness.Org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await ExecuteAsync(database, "revoke insert on callintel_private.access_log from callintel_definer");
        foreach ((string name, _, Func<OrgSession, Task<string?>> read) in harness.Reads())
        {
            string? text = null;
            CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(async () =>
                text = await read(admin)
            );
            Assert.Equal((name, ErrorCodes.NotAllowed, null), (name, refused.Code, text));
        }
        Assert.Empty(await harness.EntriesAsync());
    }

    [Fact]
    public async Task A_failure_at_commit_returns_no_text()
    {
        await using Sdk.Testing.TestDatabase database = await server.Template.CloneAsync(Cancellation);
        LedgerHarness harness = await LedgerHarness.CreateAsync(database, "commit");
        await ExecuteAsync(
            database,
            """
            create function public.refuse_commit() returns trigger language plpgsql as
                $$ begin raise exception 'no' using errcode = '53100'; end $$;
            create constraint trigger refuse_commit after insert on callintel_private.access_log
                deferrable initially deferred for each row execute function public.refuse_commit();
            """
        );
        await using OrgSession admin = await harness.Org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        foreach ((string name, _, Func<OrgSession, Task<string?>> read) in harness.Reads())
        {
            string? text = null;
            CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(async () =>
                text = await read(admin)
            );
            Assert.Contains("53100", refused.Message, StringComparison.Ordinal);
            Assert.Equal((name, null), (name, text));
        }
    }

    [Theory]
    [InlineData("off")]
    [InlineData("local")]
    public async Task An_entry_is_flushed_whatever_the_connection_asks_for(string setting)
    {
        await using SessionTransaction transaction = await SessionTransaction.BeginAsync(
            fixture.Database,
            fixture.Own.As(OrgRole.Analyst)
        );
        await transaction.WriteAsync($"set local synchronous_commit = {setting}");
        await transaction.RunAsync(
            "select access_id from callintel.file_access(1, 1, 0::smallint, gen_random_uuid(), 0, '{}', '{}', '{}')"
        );
        Assert.Equal("on", await transaction.RunAsync("select current_setting('synchronous_commit')"));
        await transaction.WriteAsync("set local synchronous_commit = remote_apply");
        await transaction.RunAsync(
            "select access_id from callintel.file_access(1, 1, 0::smallint, gen_random_uuid(), 0, '{}', '{}', '{}')"
        );
        Assert.Equal("remote_apply", await transaction.RunAsync("select current_setting('synchronous_commit')"));
    }

    [Fact]
    public async Task The_purpose_and_the_request_of_a_read_are_recorded()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "reasons");
        OrgIdentity identity = harness.Org.As(OrgRole.Analyst);
        Guid request = NewId();
        await using (
            OrgSession session = await fixture.Database.DataSource.OpenSessionAsync(
                identity with
                {
                    Purpose = AccessPurpose.Support,
                    RequestId = request,
                },
                Cancellation
            )
        )
        {
            await session.Events.FindWithContentAsync(harness.Message, Cancellation);
            await session
                .Events.ReadAsync(EventFilter.All.WithContent().ForPurpose(AccessPurpose.Quality), Cancellation)
                .ToListAsync(Cancellation);
        }
        await using (OrgSession session = await fixture.Database.DataSource.OpenSessionAsync(identity, Cancellation))
        {
            using Activity activity = new Activity("request").Start();
            await session.Events.FindWithContentAsync(harness.Message, Cancellation);
            request = new Guid(Convert.FromHexString(activity.TraceId.ToHexString()), bigEndian: true);
        }
        List<AccessEntry> entries = await harness.EntriesAsync();
        Assert.Equal(
            [AccessPurpose.None, AccessPurpose.Quality, AccessPurpose.Support],
            entries.Select(e => e.Purpose)
        );
        Assert.Equal(request, entries[0].RequestId);
        Assert.Equal(entries[1].RequestId, entries[2].RequestId);
        Assert.NotEqual(request, entries[1].RequestId);
    }

    [Fact]
    public async Task Exports_and_bulk_reads_require_a_purpose()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "bulk");
        await using OrgSession admin = await harness.Org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        using MemoryStream destination = new();
        Assert.Equal(
            ErrorCodes.ReadPurposeNeeded,
            (
                await Assert.ThrowsAsync<CallIntelException>(() =>
                    VConExporter.WriteAsync(admin, EventFilter.All.Newest(1), destination, Cancellation)
                )
            ).Code
        );
        Assert.Equal(0, destination.Length);
        EventFilter[] bulk =
        [
            EventFilter.All.WithContent(),
            EventFilter.All.WithDetails(),
            EventFilter.All.WithContent().Newest(1001),
        ];
        Assert.All(bulk, filter =>
        {
            CallIntelException refused = Assert.Throws<CallIntelException>(() =>
                admin.Events.ReadAsync(filter, Cancellation)
            );
            Assert.Equal(ErrorCodes.ReadPurposeNeeded, refused.Code);
        });
        Assert.Equal(
            ErrorCodes.ReadPurposeNeeded,
            (
                await Assert.ThrowsAsync<CallIntelException>(() =>
                    admin.Contacts.ListLabelsAsync(
                        [.. Enumerable.Range(0, 1001).Select(_ => new ContactId(NewId()))],
                        Cancellation
                    )
                )
            ).Code
        );
        Assert.Empty(await harness.EntriesAsync());
        EventFilter[] allowed =
        [
            EventFilter.All.WithContent().Newest(1000),
            EventFilter.All.ForContact(harness.Contact).WithContent(),
            EventFilter.All.WithContent().ForPurpose(AccessPurpose.LegalObligation),
        ];
        foreach (EventFilter filter in allowed)
            Assert.NotEmpty(await admin.Events.ReadAsync(filter, Cancellation).ToListAsync(Cancellation));
        Assert.Equal(3, (await harness.EntriesAsync()).Count);
    }

    [Fact]
    public async Task Reading_more_than_1000_rejected_records_requires_a_purpose()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "rejects");
        await using OrgSession owner = await harness.Org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IngestReport report = await owner.Ingestion.IngestAsync(
            new IngestSource("broken"),
            Enumerable.Range(0, 1001).Select(i => LedgerHarness.Rejected($"{i}")).ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        List<RejectedRecord> read = [];
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(async () =>
        {
            await foreach (RejectedRecord reject in owner.Ingestion.ReadRejectsAsync(report.RunId, Cancellation))
                read.Add(reject);
        });
        Assert.Equal((ErrorCodes.ReadPurposeNeeded, 1000), (refused.Code, read.Count));
        Assert.Equal(5, (await harness.EntriesAsync()).Count);
        Assert.Equal(
            1001,
            await owner
                .Ingestion.ReadRejectsAsync(report.RunId, AccessPurpose.Quality, Cancellation)
                .CountAsync(Cancellation)
        );
        Assert.Equal(6, (await harness.EntriesAsync()).Count(entry => entry.Purpose is AccessPurpose.Quality));
    }

    [Fact]
    public async Task The_purpose_of_a_read_does_not_make_hidden_contacts_visible()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "purpose");
        await using OrgSession admin = await harness.Org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Privacy.SetAsync(
            harness.Contact,
            new Sdk.Privacy.PrivacyRule { Level = Sdk.Privacy.PrivacyLevel.Hidden },
            Cancellation
        );
        Assert.DoesNotContain(
            harness.Contact,
            await admin
                .Events.ReadAsync(EventFilter.All.WithContent().ForPurpose(AccessPurpose.Security), Cancellation)
                .Select(e => e.Contact!.Value)
                .ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task Admins_read_entries_of_their_own_org_by_member_contact_event_and_time()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "readers"),
            other = await LedgerHarness.CreateAsync(fixture.Database, "other readers");
        foreach (LedgerHarness each in new[] { harness, other })
        {
            await using OrgSession analyst = await each.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
            for (int i = 0; i < 3; i++)
                await analyst.Contacts.ListNumbersAsync(each.Contact, Cancellation);
            await using OrgSession admin = await each.Org.OpenSessionAsync(OrgRole.Admin, Cancellation);
            await admin.Events.FindWithContentAsync(each.Message, Cancellation);
            await admin.Lines.ListAsync(Cancellation);
        }
        List<AccessEntry> all = await harness.EntriesAsync();
        Assert.Equal(5, all.Count);
        Assert.Equal(all.OrderByDescending(e => e.AccessedAt).Select(e => e.Id), all.Select(e => e.Id));
        MemberId reader = harness.Org.Members[OrgRole.Analyst];
        Assert.Equal(3, (await harness.EntriesAsync(new() { Member = reader })).Count);
        Assert.Equal(4, (await harness.EntriesAsync(new() { Contact = harness.Contact })).Count);
        Assert.Single(await harness.EntriesAsync(new() { Event = harness.Message }));
        Assert.Equal(2, (await harness.EntriesAsync(new() { From = all[1].AccessedAt })).Count);
        Assert.Equal(3, (await harness.EntriesAsync(new() { To = all[1].AccessedAt })).Count);
        Assert.Empty(await harness.EntriesAsync(new() { OnlyAlerts = true }));
        foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Analyst, OrgRole.Member })
        {
            await using OrgSession session = await harness.Org.OpenSessionAsync(role, Cancellation);
            await RefusedAsync(ErrorCodes.NotAllowed, async () =>
                await session.Audit.ReadAccessesAsync(cancellationToken: Cancellation).ToListAsync(Cancellation)
            );
        }
    }

    [Fact]
    public async Task The_ledger_is_read_page_by_page()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(fixture.Database, "many entries", events: 1);
        await ExecuteAsync(
            fixture.Database,
            $"""
            insert into callintel_private.access_log (org_id, id, member_id, purpose, request_id, fields, row_count,
                is_alert, event_ids, contact_ids, other_ids)
            select '{harness.Org.Id}', callintel_private.new_id(), gen_random_uuid(), 0, gen_random_uuid(), 1, n, false,
                   array[gen_random_uuid()], array[]::uuid[], array[]::uuid[] from generate_series(1, 1200) n
            """
        );
        List<AccessEntry> entries = await harness.EntriesAsync();
        Assert.Equal(1200, entries.Select(e => e.Id).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 1200).Reverse(), entries.Select(e => e.RowCount));
    }

    static async Task ExecuteAsync(Sdk.Testing.TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
