using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.IntegrationTests.Jobs;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>What keeps a month from being dropped, and what happens while others read and write it.</summary>
public sealed class KeptEventMonthTests(ServerFixture server)
{
    const string Participant = "+4520000077";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_month_is_kept_for_all_orgs_while_one_of_them_keeps_an_event_of_it()
    {
        await using EventMonthHarness harness = await EventMonthHarness.CreateAsync(server.Template);
        TestOrg due = await harness.CreateOrgAsync("due"),
            keeping = await harness.CreateOrgAsync("keeping", hasRetention: false);
        await harness.FillAsync(due);
        await using OrgSession admin = await harness.Database.DataSource.OpenSessionAsync(
            keeping.As(OrgRole.Admin) with
            {
                Purpose = AccessPurpose.SubjectRequest,
            },
            Cancellation
        );
        await admin.Ingestion.WriteAsync(
            EventMonthHarness.Source,
            [
                EventMonthHarness.Message(1, harness.End.AddHours(-1)) with
                {
                    OtherParties = [new EventParty(Participant)],
                },
            ],
            Cancellation
        );
        ContactId contact = (
            await admin.Contacts.FindByNumberAsync("+4520000001", cancellationToken: Cancellation)
        )!.Value;
        ContactId participant = (
            await admin.Contacts.FindByNumberAsync(Participant, cancellationToken: Cancellation)
        )!.Value;

        EventMonthReport report = await KeptAsync();
        Assert.Equal(1, report.WithoutRetention);
        await admin.SubjectRequests.SetRetentionAsync(harness.Retention + 40, Cancellation);
        Assert.Equal(1, (await KeptAsync()).NotDue);
        await admin.SubjectRequests.SetRetentionAsync(harness.Retention, Cancellation);
        await admin.Privacy.SetAsync(contact, new PrivacyRule { RetentionDays = harness.Retention + 1 }, Cancellation);
        Assert.Equal(1, (await KeptAsync()).NotDue);
        await admin.Privacy.SetAsync(contact, new PrivacyRule { RetentionDays = 1 }, Cancellation);
        foreach (ContactId person in new[] { contact, participant })
        {
            LegalHoldId hold = await admin.SubjectRequests.HoldAsync(
                person,
                LegalHoldReason.Litigation,
                null,
                Cancellation
            );
            Assert.Equal(1, (await KeptAsync()).Held);
            OpenedSubjectRequest request = await admin.SubjectRequests.OpenAsync(
                new NewSubjectRequest(SubjectRegulation.Gdpr, SubjectRequestType.Access) { Contacts = [person] },
                Cancellation
            );
            await admin.SubjectRequests.ReleaseAsync(hold, Cancellation);
            Assert.Equal(1, (await KeptAsync()).Requested);
            await admin.SubjectRequests.CancelAsync(request.Request.Id, cancellationToken: Cancellation);
        }
        Assert.Equal(EventMonthOutcome.Dropped, (await harness.DropAsync()).Outcome);

        async Task<EventMonthReport> KeptAsync()
        {
            EventMonthReport kept = await harness.DropAsync();
            Assert.Equal((EventMonthOutcome.Kept, 1), (kept.Outcome, kept.Orgs));
            Assert.Equal(1, kept.WithoutRetention + kept.NotDue + kept.Held + kept.Requested + kept.NotComputed);
            Assert.True(await harness.HasPartitionAsync());
            return kept;
        }
    }

    [Fact]
    public async Task A_month_whose_cells_are_not_computed_is_kept()
    {
        await using EventMonthHarness harness = await EventMonthHarness.CreateAsync(server.Template);
        await harness.FillAsync(await harness.CreateOrgAsync("without cells"));
        Assert.Equal((short)EventMonthOutcome.Kept, await harness.TryDropAsync());
        await harness.Operations.RecomputeRollupsAsync(cancellationToken: Cancellation);
        Assert.Equal((short)EventMonthOutcome.Dropped, await harness.TryDropAsync());
    }

    [Fact]
    public async Task Days_that_are_not_a_month_with_partitions_that_is_over_are_refused()
    {
        await using EventMonthHarness harness = await EventMonthHarness.CreateAsync(server.Template);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        DateOnly thisMonth = new(now.Year, now.Month, 1);
        await harness.Operations.EnsurePartitionsAsync(thisMonth, thisMonth, Cancellation);
        foreach (
            string arguments in new[]
            {
                "null, false",
                $"'{harness.Month:yyyy-MM-dd}', null",
                $"'{harness.Month.AddDays(1):yyyy-MM-dd}', false",
                $"'{thisMonth:yyyy-MM-dd}', false",
                "'1999-01-01', false",
                "'infinity', false",
            }
        )
        {
            PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() =>
                ScalarAsync<short>(harness.Database, $"select outcome from callintel.drop_event_month({arguments})")
            );
            Assert.Equal("CI009", refused.SqlState);
        }
        Assert.True(await harness.HasPartitionAsync());
    }

    [Fact]
    public async Task A_month_that_a_transaction_reads_or_writes_is_busy_and_nothing_is_lost()
    {
        await using EventMonthHarness harness = await EventMonthHarness.CreateAsync(server.Template);
        TestOrg org = await harness.CreateOrgAsync("busy");
        await harness.FillAsync(org);
        await harness.Operations.RecomputeRollupsAsync(cancellationToken: Cancellation);
        long stored = await harness.CountAsync(org, "events", "id");
        await using NpgsqlConnection connection = await harness.Database.Admin.OpenConnectionAsync(Cancellation);
        foreach (
            string statement in new[]
            {
                "select count(*) from callintel_private.events",
                $"""
                    insert into callintel_private.events (
                        org_id, id, occurred_at, source_id, channel, direction, outcome)
                    select '{org.Id}', callintel.first_id(t), t, gen_random_uuid(), 2, 1, 1
                      from (select timestamptz '{harness.Start:O}' + interval '1 hour' as t) x
                    """,
            }
        )
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
            await using NpgsqlCommand command = new(statement, connection, transaction);
            await command.ExecuteNonQueryAsync(Cancellation);
            Assert.Equal((short)EventMonthOutcome.Busy, await harness.TryDropAsync());
            await transaction.RollbackAsync(Cancellation);
            Assert.Equal(stored, await harness.CountAsync(org, "events", "id"));
            Assert.Equal(
                stored,
                await ScalarAsync<long>(
                    harness.Database,
                    $"select count(*) from callintel_private.events_{harness.Month:yyyy_MM}"
                )
            );
        }
        Assert.Equal((short)EventMonthOutcome.Dropped, await harness.TryDropAsync());
    }

    [Fact]
    public async Task Records_that_are_written_while_a_month_is_dropped_are_dropped_with_it_or_stored()
    {
        await using EventMonthHarness harness = await EventMonthHarness.CreateAsync(server.Template);
        TestOrg org = await harness.CreateOrgAsync("concurrent");
        int filled = (await harness.FillAsync(org)).Count(r => r.OccurredAt < harness.End);
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int>[] writers = [.. Enumerable.Range(1, 3).Select(WriteAsync)];
        await started.Task;
        // Writers leave marks, with which the month is kept, so the last attempt is without them.
        for (int attempt = 0; attempt < 20 && await harness.HasPartitionAsync(); attempt++)
        {
            await harness.Operations.RecomputeRollupsAsync(cancellationToken: Cancellation);
            await harness.TryDropAsync();
        }
        await done.CancelAsync();
        int written = (await Task.WhenAll(writers)).Sum();
        if (await harness.HasPartitionAsync())
            Assert.Equal(EventMonthOutcome.Dropped, (await harness.DropAsync()).Outcome);

        Assert.True(written > 0);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        long dropped = Assert.Single(await admin.SubjectRequests.ListDroppedMonthsAsync(Cancellation)).Events;
        Assert.Equal(filled + written, dropped + await harness.CountAsync(org, "events", "id"));
        Assert.Equal(0, await OrphansAsync());
        await harness.Operations.RecomputeRollupsAsync(cancellationToken: Cancellation);
        Assert.Equal(0, (await harness.Operations.VerifyRollupsAsync(org.Id, Cancellation)).Wrong);

        async Task<int> WriteAsync(int writer)
        {
            await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
            int count = 0;
            while (!done.IsCancellationRequested)
            {
                int number = writer * 100_000 + count;
                await session.Ingestion.WriteAsync(
                    EventMonthHarness.Source,
                    [EventMonthHarness.Message(number, harness.Start.AddMinutes(7 * count + writer))],
                    Cancellation
                );
                count++;
                started.TrySetResult();
            }
            return count;
        }

        Task<long> OrphansAsync() =>
            ScalarAsync<long>(
                harness.Database,
                """
                select count(*) from callintel_private.event_contents c
                 where not exists (select from callintel_private.events e
                                    where e.org_id = c.org_id and e.id = c.event_id)
                """
            );
    }

    [Fact]
    public async Task The_operations_worker_drops_months_only_if_it_is_asked_to()
    {
        await using EventMonthHarness harness = await EventMonthHarness.CreateAsync(server.Template);
        await harness.FillAsync(await harness.CreateOrgAsync("worker"));
        await using NpgsqlDataSource ops = OperationsRole.Open(harness.Database);
        Assert.DoesNotContain("drop_event_months", await new OperationsWorker(ops).RunDueAsync(Cancellation));
        Assert.True(await harness.HasPartitionAsync());
        OperationsWorker worker = new(ops) { DropsExpiredMonths = true };
        Assert.Equal(["drop_event_months"], await worker.RunDueAsync(Cancellation));
        Assert.False(await harness.HasPartitionAsync());
    }
}
