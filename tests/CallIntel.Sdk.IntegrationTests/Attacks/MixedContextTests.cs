using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Attacks;

/// <summary>
/// Attacks that the corpus cannot express: two tokens of one org in one statement, and the messages that a server sends
/// besides results.
/// </summary>
public sealed class MixedContextTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// A member may read the content of own events, a viewer the events of all members but no content. PostgreSQL scans
    /// the partitions of later months later, after the statement has switched the context.
    /// </summary>
    [Fact]
    public async Task Two_contexts_in_one_statement_do_not_combine_their_permissions()
    {
        TestOrg org = await OrgAsync("mixed");
        await using NpgsqlConnection connection = await fixture.Database.DataSource.Database.OpenConnectionAsync(
            Cancellation
        );
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (
            NpgsqlBatch begin = new(connection)
            {
                BatchCommands = { fixture.Database.DataSource.Database.BeginCommand(org.As(OrgRole.Member)) },
            }
        )
            await begin.ExecuteNonQueryAsync(Cancellation);
        await using NpgsqlCommand read = new(
            """
            with seen as (select c.member_id,
                                 case when c.member_id = $1 then callintel.begin_session($2) end as switched
                            from callintel.event_contents c offset 0)
            select count(*) filter (where s.member_id = $1), count(*) filter (where s.member_id <> $1)
              from (select * from seen offset 0) s
             where s.switched is null or s.switched is not null
            """,
            connection
        );
        read.Parameters.Add(new NpgsqlParameter { Value = org.Members[OrgRole.Member].Value });
        read.Parameters.Add(
            new NpgsqlParameter
            {
                Value = fixture.Database.DataSource.Database.TokenParameter(org.As(OrgRole.Viewer)).Value,
            }
        );
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(Cancellation);
        Assert.True(await row.ReadAsync(Cancellation));
        Assert.True(row.GetInt64(0) > 0);
        Assert.Equal(0, row.GetInt64(1));
    }

    /// <summary>
    /// Every role may let the server print plans. Dynamic SQL is planned with its values, so a plan would contain the
    /// id of the newest event of the org.
    /// </summary>
    [Fact]
    public async Task Functions_that_write_do_not_print_plans_to_their_caller()
    {
        TestOrg org = await OrgAsync("printed");
        await using NpgsqlConnection connection = await fixture.Database.DataSource.Database.OpenConnectionAsync(
            Cancellation
        );
        List<string> notices = [];
        connection.Notice += (_, e) => notices.Add(e.Notice.MessageText + e.Notice.Detail);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (
            NpgsqlBatch begin = new(connection)
            {
                BatchCommands = { fixture.Database.DataSource.Database.BeginCommand(org.As(OrgRole.Member)) },
            }
        )
            await begin.ExecuteNonQueryAsync(Cancellation);
        await RunAsync("set local debug_print_plan = on");
        await RunAsync("set local client_min_messages = log");
        await RunAsync(
            $"""
            insert into callintel.staging_0 (id, occurred_at, channel, direction, outcome, member_id)
            values (callintel.first_id('2026-02-01Z'), '2026-02-01Z', 1, 1, 1, '{org.Members[OrgRole.Member]}')
            """
        );
        Assert.NotEmpty(notices); // the server prints the plans of the caller's own statements
        notices.Clear();
        await RunAsync("select * from callintel.merge_batch(0, gen_random_uuid(), false)");
        // at most the plan of that statement, which names a function but no table
        Assert.DoesNotContain(notices, text =>
            text.Contains("MODIFYTABLE", StringComparison.Ordinal)
            || text.Contains("SCAN ", StringComparison.Ordinal)
                && !text.Contains("FUNCTIONSCAN", StringComparison.Ordinal)
        );
        Assert.InRange(notices.Count, 0, 1);

        async Task RunAsync(string sql)
        {
            await using NpgsqlCommand command = new(sql, connection);
            await command.ExecuteNonQueryAsync(Cancellation);
        }
    }

    /// <summary>
    /// A watermark in the future would hide forever that a source is late, and counts near the maximum of their type
    /// would make later batches of the run fail.
    /// </summary>
    [Theory]
    [InlineData("1, 1, 0, 0, 'infinity'")]
    [InlineData("9000000000000000000, 0, 0, 0, null")]
    [InlineData("1, -1, 0, 0, null")]
    public async Task Counts_and_watermarks_out_of_range_are_rejected(string counts)
    {
        await using SessionTransaction transaction = await SessionTransaction.BeginAsync(
            fixture.Database,
            fixture.Own.As(OrgRole.Member)
        );
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() =>
            transaction.RunAsync(
                $$"""
                select callintel.record_batch(gen_random_uuid(), gen_random_uuid(), {{counts}},
                                              '{}', '{}', '{}', '{}', null, null, '{}')
                """
            )
        );
        Assert.Equal("CI022", refused.SqlState);
        Assert.Contains("out of range", refused.MessageText, StringComparison.Ordinal);
    }

    async Task<TestOrg> OrgAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        EventRecord[] records =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(i => new EventRecord
                {
                    OccurredAt = new DateTimeOffset(2026, 1 + (i / 2), 10, 12, 0, 0, TimeSpan.Zero),
                    Channel = EventChannel.Sms,
                    Direction = EventDirection.Inbound,
                    Outcome = EventOutcome.Completed,
                    Party = "+4520123456",
                    ExternalId = $"x{i}",
                    Body = "text",
                    Member = org.Members[i % 2 == 0 ? OrgRole.Member : OrgRole.Admin],
                }),
        ];
        Assert.Equal(
            4,
            (
                await admin.Ingestion.IngestAsync(
                    new IngestSource("mixed"),
                    GeneratedRecords.Async(records),
                    cancellationToken: Cancellation
                )
            ).Inserted
        );
        return org;
    }
}
