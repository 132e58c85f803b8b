using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Jobs.TestJobs;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>A month that no org keeps is dropped, and its figures are final.</summary>
public sealed class EventMonthTests(ServerFixture server)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_month_that_no_org_keeps_is_dropped_with_everything_that_belongs_to_it()
    {
        await using EventMonthHarness harness = await EventMonthHarness.CreateAsync(server.Template);
        TestOrg org = await harness.CreateOrgAsync("dropped"),
            other = await harness.CreateOrgAsync("dropped too");
        IReadOnlyList<EventRecord> records = await harness.FillAsync(org);
        await harness.FillAsync(other);
        int inMonth = records.Count(r => r.OccurredAt < harness.End);
        await ExecuteAsync(
            harness.Database,
            $"""
            insert into callintel_private.event_keys (org_id, record_key, event_id)
            select e.org_id, callintel_private.record_key(e.id), e.id
              from callintel_private.events e where e.org_id = '{org.Id}'
                on conflict do nothing
            """
        );

        EventMonthReport due = await harness.DropAsync(dryRun: true);
        Assert.Equal((EventMonthOutcome.Due, 2L * inMonth, 2), (due.Outcome, due.Events, due.Orgs));
        Assert.Equal(inMonth, await harness.CountAsync(org, "events", "id"));

        EventMonthReport dropped = await harness.DropAsync();
        Assert.Equal((EventMonthOutcome.Dropped, 2L * inMonth, 2), (dropped.Outcome, dropped.Events, dropped.Orgs));
        Assert.False(await harness.HasPartitionAsync());
        foreach (string table in new[] { "event_contents", "event_details", "event_keys", "event_lexemes" })
            Assert.Equal(0, await harness.CountAsync(org, table));
        Assert.Equal(
            records.Count - inMonth,
            await ScalarAsync<long>(
                harness.Database,
                "select count(*) from callintel_private.events where org_id = $1",
                org.Id.Value
            )
        );
        Assert.DoesNotContain(
            await harness.Operations.DropExpiredEventMonthsAsync(cancellationToken: Cancellation),
            report => report.Month == harness.Month
        );

        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        DroppedMonth listed = Assert.Single(await admin.SubjectRequests.ListDroppedMonthsAsync(Cancellation));
        Assert.Equal((harness.Month, (long)inMonth), (listed.Month, listed.Events));
        Assert.Equal(
            inMonth,
            await ScalarAsync<long>(
                harness.Database,
                "select row_count from callintel_private.audit_log "
                    + "where org_id = $1 and action = 'expire' and detail = $2",
                org.Id.Value,
                $"{harness.Month:yyyy-MM}"
            )
        );
    }

    [Fact]
    public async Task Figures_of_a_dropped_month_stay_as_they_are()
    {
        await using EventMonthHarness harness = await EventMonthHarness.CreateAsync(server.Template);
        TestOrg org = await harness.CreateOrgAsync("figures");
        await harness.FillAsync(org);
        await harness.Operations.RecomputeRollupsAsync(cancellationToken: Cancellation);
        string before = await harness.FiguresAsync(org);
        Assert.Contains($"{harness.Start:yyyy}", before, StringComparison.Ordinal);

        Assert.Equal(EventMonthOutcome.Dropped, (await harness.DropAsync()).Outcome);
        Assert.Equal(before, await harness.FiguresAsync(org));
        RollupCheck check = await harness.Operations.VerifyRollupsAsync(org.Id, Cancellation);
        Assert.Equal((0L, 1), (check.Wrong, check.FinalMonths));
        await harness.Operations.RecomputeRollupsAsync(cancellationToken: Cancellation);
        Assert.Equal(before, await harness.FiguresAsync(org));
        check = await harness.Operations.VerifyRollupsAsync(org.Id, Cancellation);
        Assert.Equal((0L, 1), (check.Wrong, check.FinalMonths));
        Assert.True(check.Compared > 0);

        // Figures by contact are data about persons: only those of the next month are left.
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        Assert.Empty(
            (await viewer.Dashboards.TopContactsAsync(new TimeRange(harness.Start, harness.End), 10, Cancellation)).Rows
        );
        Assert.NotEmpty(
            (
                await viewer.Dashboards.TopContactsAsync(
                    new TimeRange(harness.End, harness.End.AddDays(9)),
                    10,
                    Cancellation
                )
            ).Rows
        );
    }

    [Fact]
    public async Task A_rebuild_and_another_home_zone_keep_the_cells_of_dropped_months()
    {
        await using EventMonthHarness harness = await EventMonthHarness.CreateAsync(server.Template);
        TestOrg org = await harness.CreateOrgAsync("rebuilt");
        await harness.FillAsync(org);
        await harness.DropAsync();
        TimeRange month = new(harness.Start, harness.End);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        (long events, long calls) before = await CountAsync();
        Assert.True(before is { events: > 0, calls: > 0 });

        RollupProgress progress = await harness.Operations.RebuildRollupsAsync(org.Id, Cancellation);
        Assert.Equal(1, progress.FinalMonths);
        Assert.Equal(before, await CountAsync());
        await admin.Organization.SetBusinessHoursAsync(new BusinessHours("America/New_York", [], []), Cancellation);
        await harness.Operations.RecomputeRollupsAsync(org.Id, Cancellation);
        Assert.Equal(before, await CountAsync());
        Assert.Equal(0, (await harness.Operations.VerifyRollupsAsync(org.Id, Cancellation)).Wrong);

        async Task<(long, long)> CountAsync() =>
            (
                (await admin.Dashboards.VolumeAsync(month, Grain.Day, Cancellation)).Rows.Sum(r => r.Events),
                await ScalarAsync<long>(
                    harness.Database,
                    "select sum(events)::bigint from callintel_private.wait_cells "
                        + "where org_id = $1 and bucket >= $2 and bucket < $3",
                    org.Id.Value,
                    harness.Start,
                    harness.End.AddDays(-1)
                )
            );
    }

    [Fact]
    public async Task A_record_that_arrives_after_the_drop_is_stored_and_changes_no_final_figure()
    {
        await using EventMonthHarness harness = await EventMonthHarness.CreateAsync(server.Template);
        TestOrg org = await harness.CreateOrgAsync("late");
        IReadOnlyList<EventRecord> records = await harness.FillAsync(org);
        await harness.DropAsync();
        string before = await harness.FiguresAsync(org);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IngestReport report = await admin.Ingestion.IngestAsync(
            EventMonthHarness.Source,
            records.Take(7).ToAsyncEnumerable(),
            cancellationToken: Cancellation
        );
        Assert.Equal(7, report.Inserted);
        Assert.Equal(before, await harness.FiguresAsync(org));
        await harness.Operations.RecomputeRollupsAsync(cancellationToken: Cancellation);
        Assert.Equal(before, await harness.FiguresAsync(org));
        Assert.Equal(0, (await harness.Operations.VerifyRollupsAsync(org.Id, Cancellation)).Wrong);

        // The partition is created again, and the month dropped again.
        await harness.Operations.EnsurePartitionsAsync(harness.Month, harness.Month, Cancellation);
        Assert.Equal(7, await harness.CountAsync(org, "events", "id"));
        Assert.Equal((EventMonthOutcome.Dropped, 7L), await OutcomeAsync(harness));
        Assert.Equal(before, await harness.FiguresAsync(org));
        Assert.Equal(
            records.Count(r => r.OccurredAt < harness.End) + 7,
            Assert.Single(await admin.SubjectRequests.ListDroppedMonthsAsync(Cancellation)).Events
        );

        // What arrives into the default partition is deleted by the retention of the org.
        await admin.Ingestion.WriteAsync(EventMonthHarness.Source, [records[0]], Cancellation);
        Assert.Equal(1, await harness.CountAsync(org, "events", "id"));
        await admin.SubjectRequests.ApplyRetentionAsync(Cancellation);
        Assert.Equal(0, await harness.CountAsync(org, "events", "id"));
        await harness.Operations.RecomputeRollupsAsync(cancellationToken: Cancellation);
        Assert.Equal(0, (await harness.Operations.VerifyRollupsAsync(org.Id, Cancellation)).Wrong);
    }

    [Fact]
    public async Task A_certificate_of_erasure_names_the_months_that_were_dropped()
    {
        await using EventMonthHarness harness = await EventMonthHarness.CreateAsync(server.Template);
        await using ErasureOrg org = await ErasureOrg.CreateAsync(harness.Database, "certified");
        await org.Admin.SubjectRequests.SetRetentionAsync(harness.Retention, Cancellation);
        await org.Admin.Ingestion.WriteAsync(
            ErasureOrg.Source,
            [EventMonthHarness.Message(1, harness.Start.AddDays(3)) with { Party = ErasureOrg.Erased }],
            Cancellation
        );
        ContactId contact = await org.ContactAsync(ErasureOrg.Erased);
        Assert.Equal((EventMonthOutcome.Dropped, 1L), await OutcomeAsync(harness));
        SubjectRequestId request = await org.OpenAsync(contact);
        ErasureCertificate certificate = await org.Admin.SubjectRequests.EraseAsync(
            request,
            cancellationToken: Cancellation
        );
        Assert.Equal([harness.Month], certificate.Statement.FinalMonths);
        Assert.Equal([harness.Month], ErasureCertificate.Parse(certificate.Text).Statement.FinalMonths);
        Assert.True(await org.Admin.SubjectRequests.VerifyCertificateAsync(certificate, Cancellation));
    }

    static async Task<(EventMonthOutcome, long)> OutcomeAsync(EventMonthHarness harness)
    {
        EventMonthReport report = await harness.DropAsync();
        return (report.Outcome, report.Events);
    }
}
