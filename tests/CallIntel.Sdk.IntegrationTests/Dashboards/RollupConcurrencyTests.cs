using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>Writers, computations of cells and questions at the same time.</summary>
public sealed class RollupConcurrencyTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("pbx", "asterisk", DefaultRegion: "DK");
    static readonly DateTimeOffset Nine = new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Two answers to one question from one snapshot. The name of the second zone contains a digit, so it is counted
    /// from the events.
    /// </summary>
    const string BothAnswers = """
        select array(select v::text from callintel.count_events('2026-03-01', '2026-03-08', 'hour', 'UTC') v)
               = array(select v::text from callintel.count_events('2026-03-01', '2026-03-08', 'hour', 'Etc/GMT+0') v)
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_are_right_while_writers_and_computations_run_side_by_side()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("side by side", Cancellation);
        CallIntelOperations operations = new(fixture.Database.Admin);
        await operations.RecomputeRollupsAsync(org.Id, Cancellation);
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<int>[] writers = [.. Enumerable.Range(0, 3).Select(n => WriteAsync(org, n))];
        Task<long>[] computations = [.. Enumerable.Range(0, 2).Select(_ => ComputeAsync())];
        Task<int> questions = AskAsync();

        int written = (await Task.WhenAll(writers)).Sum();
        await done.CancelAsync();
        long days = (await Task.WhenAll(computations)).Sum();
        Assert.True(await questions > 0);
        Assert.True(days > 0);
        await operations.RecomputeRollupsAsync(org.Id, Cancellation);
        Assert.Equal(0, (await operations.VerifyRollupsAsync(org.Id, Cancellation)).Wrong);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        Assert.Equal(
            written,
            (
                await admin.Dashboards.VolumeAsync(
                    new TimeRange(Nine.AddDays(-3), Nine.AddDays(4)),
                    Grain.Day,
                    Cancellation
                )
            ).Rows.Sum(r => r.Events)
        );

        async Task<long> ComputeAsync()
        {
            long days = 0;
            while (!done.IsCancellationRequested)
                days += (await operations.RecomputeRollupsAsync(org.Id, Cancellation)).Days;
            return days;
        }

        async Task<int> AskAsync()
        {
            int asked = 0;
            for (; !done.IsCancellationRequested; asked++)
            {
                await using SessionTransaction viewer = await SessionTransaction.BeginAsync(
                    fixture.Database,
                    org.As(OrgRole.Viewer)
                );
                Assert.Equal(true, await viewer.RunAsync(BothAnswers));
            }
            return asked;
        }
    }

    /// <summary>
    /// With one row for each bucket, the second writer would leave no mark, because the first mark exists until the
    /// computation deletes it.
    /// </summary>
    [Fact]
    public async Task A_writer_that_commits_after_a_computation_began_keeps_its_mark()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("late commit", Cancellation);
        CallIntelOperations operations = new(fixture.Database.Admin);
        await operations.RecomputeRollupsAsync(org.Id, Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Ingestion.WriteAsync(Source, [Message(1)], Cancellation);

        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        await using (NpgsqlTransaction writer = await connection.BeginTransactionAsync(Cancellation))
        {
            await RunAsync(
                $"""
                insert into callintel_private.events (org_id, id, occurred_at, source_id, channel, direction, outcome)
                select '{org.Id}', callintel.first_id(t), t, gen_random_uuid(), 2, 1, 1
                  from (values (timestamptz '2026-03-04 09:01Z')) as x (t);
                set local role callintel_definer;
                select callintel_private.add_marks('{org.Id}', array[timestamptz '2026-03-04 09:00Z'], array[false]);
                """
            );
            Assert.Equal(1, (await operations.RecomputeRollupsAsync(org.Id, Cancellation)).Days);
            Assert.Equal(1, await EventsAsync());
            await writer.CommitAsync(Cancellation);
        }
        Assert.Equal(2, await EventsAsync());
        Assert.Equal(1, (await operations.RecomputeRollupsAsync(org.Id, Cancellation)).Days);
        Assert.Equal(2, await EventsAsync());

        async Task RunAsync(string sql)
        {
            await using NpgsqlBatch context = new(connection)
            {
                BatchCommands =
                {
                    fixture.Database.DataSource.Database.BeginCommand(org.As(OrgRole.Admin), (long)Permission.All),
                },
            };
            await context.ExecuteNonQueryAsync(Cancellation);
            await using NpgsqlCommand command = new(sql, connection);
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        async Task<long> EventsAsync() =>
            (
                await admin.Dashboards.VolumeAsync(new TimeRange(Nine, Nine.AddHours(1)), Grain.Hour, Cancellation)
            ).Rows.Sum(r => r.Events);
    }

    [Fact]
    public async Task A_batch_over_many_quarters_of_an_hour_marks_days()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("many buckets", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        EventRecord[] records =
        [
            .. Enumerable.Range(0, 700).Select(n => Message(n) with { OccurredAt = Nine.AddMinutes(15 * n) }),
        ];
        await admin.Ingestion.IngestAsync(Source, records.ToAsyncEnumerable(), cancellationToken: Cancellation);
        // 700 quarters of an hour from nine o'clock end on the eighth day
        Assert.Equal("8 marks, of days: true", await MarksAsync(org));
        CallIntelOperations operations = new(fixture.Database.Admin);
        Assert.Equal(new RollupProgress(1, 8), await operations.RecomputeRollupsAsync(org.Id, Cancellation));
        Assert.Equal("0 marks, of days: ", await MarksAsync(org));
        Assert.Equal(new RollupProgress(0, 0), await operations.RecomputeRollupsAsync(org.Id, Cancellation));

        // nothing is marked by records that are stored already
        await admin.Ingestion.IngestAsync(Source, records.ToAsyncEnumerable(), cancellationToken: Cancellation);
        Assert.Equal("0 marks, of days: ", await MarksAsync(org));
        await admin.Ingestion.WriteAsync(Source, [Message(701), Message(702)], Cancellation);
        Assert.Equal("1 marks, of days: false", await MarksAsync(org));
    }

    [Fact]
    public async Task Verification_finds_a_wrong_cell_and_rebuilding_corrects_it()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("wrong", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Ingestion.WriteAsync(Source, [Message(1), Message(2)], Cancellation);
        CallIntelOperations operations = new(fixture.Database.Admin);
        await operations.RecomputeRollupsAsync(org.Id, Cancellation);
        // by line and by member, of the quarter of an hour and of the day; the totals of these and of the hour; of the
        // contact and of all contacts together; and of the message that waits
        Assert.Equal(new RollupCheck(10, 0), await operations.VerifyRollupsAsync(org.Id, Cancellation));
        await using (
            NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
                $"""
                with line as (
                    update callintel_private.event_cells set events = 3 where org_id = '{org.Id}' and is_day
                    returning 1),
                contact as (
                    update callintel_private.contact_cells set talk_s = 9
                     where org_id = '{org.Id}' and contact_id <> '00000000-0000-0000-0000-000000000000'),
                wait as (update callintel_private.wait_cells set events = 9 where org_id = '{org.Id}')
                update callintel_private.total_cells set answered = 3 where org_id = '{org.Id}' and grain = 2
                """
            )
        )
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancellation));
        Assert.Equal(new RollupCheck(10, 4), await operations.VerifyRollupsAsync(org.Id, Cancellation));
        Assert.Equal(new RollupProgress(1, 1), await operations.RebuildRollupsAsync(org.Id, Cancellation));
        Assert.Equal(new RollupCheck(10, 0), await operations.VerifyRollupsAsync(org.Id, Cancellation));
        CallIntelException unknown = await Assert.ThrowsAsync<CallIntelException>(() =>
            operations.RebuildRollupsAsync(new OrgId(Guid.NewGuid()), Cancellation)
        );
        Assert.Equal("CI0004", unknown.Code);
    }

    static EventRecord Message(int number) =>
        new()
        {
            OccurredAt = Nine,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Completed,
            Party = "+4532123456",
            ExternalId = $"m{number}",
        };

    /// <returns>The number of calls: every second record belongs to the call of the one before.</returns>
    static async Task<int> WriteAsync(TestOrg org, int writer)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        const int Rounds = 25;
        for (int i = 0; i < Rounds; i++)
        {
            EventRecord[] legs =
            [
                .. Enumerable
                    .Range(0, 2)
                    .Select(leg => new EventRecord
                    {
                        OccurredAt = Nine.AddMinutes((30 * i) + (50 * leg) + writer),
                        Channel = EventChannel.Call,
                        Direction = EventDirection.Inbound,
                        Outcome = leg == 0 ? EventOutcome.Missed : EventOutcome.Completed,
                        ExternalId = $"{writer} {i} {leg}",
                        Duration = TimeSpan.FromSeconds(30),
                        Details = new() { ConversationId = $"{writer} {i}" },
                    }),
            ];
            if (writer == 0)
                await session.Ingestion.IngestAsync(Source, legs.ToAsyncEnumerable(), cancellationToken: Cancellation);
            else
                foreach (EventRecord leg in legs)
                    await session.Ingestion.WriteAsync(Source, [leg], Cancellation);
        }
        return Rounds;
    }

    async Task<string> MarksAsync(TestOrg org)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            $"""
            select count(*) || ' marks, of days: ' || coalesce(bool_and(is_day)::text, '')
              from callintel_private.dirty_buckets where org_id = '{org.Id}'
            """
        );
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
