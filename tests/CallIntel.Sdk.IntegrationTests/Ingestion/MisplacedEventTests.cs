using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// Tests events whose id and time do not match: they are rejected, and one that is already stored does not stop the
/// maintenance of partitions.
/// </summary>
public sealed class MisplacedEventTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2027-03-10 10:00Z", "2020-03-10 10:00Z")]
    [InlineData("2021-03-10 10:00Z", "2021-03-11 10:00Z")]
    [InlineData("2020-03-10 10:00Z", "2021-03-10 10:00Z")]
    [InlineData("2026-01-10 10:00Z", "2020-01-10 10:00Z")] // of a month with a partition
    [InlineData("2026-01-10 10:00Z", "2026-02-10 10:00Z")]
    public async Task An_event_whose_time_does_not_match_its_id_is_rejected(string idOf, string time)
    {
        string member = $"'{fixture.Own.Members[OrgRole.Member]}'::uuid";
        foreach (
            string statement in new[]
            {
                $"""
                    select callintel.write_event(null, gen_random_uuid(), null, null, callintel.first_id('{idOf}'),
                           '{time}', null, {member}, null, 2::smallint, 1::smallint, 1::smallint, null,
                           'x', null, null, null, null, null, null)
                    """,
                $$"""
                    select callintel.write_events(gen_random_uuid(), false, array[callintel.first_id('{{idOf}}')],
                           array[timestamptz '{{time}}'], '{null}', array[{{member}}], '{null}',
                           '{2}', '{1}', '{1}', '{null}', '{x}', '{null}', '{null}', '{null}', '{null}', '{null}',
                               '{null}', '{null}', '{null}')
                    """,
            }
        )
        {
            await using SessionTransaction session = await SessionTransaction.BeginAsync(
                fixture.Database,
                fixture.Own.As(OrgRole.Member)
            );
            Assert.Equal(PostgresErrorCodes.CheckViolation, await session.WriteAsync(statement));
        }
    }

    // A batch goes through one of two functions: new records through merge_new, all others through merge_batch.
    [Theory]
    [InlineData("select callintel.merge_new(:slot, gen_random_uuid())")]
    [InlineData("select callintel.merge_batch(:slot, gen_random_uuid(), true)")]
    [InlineData(
        """
            select callintel.write_events(gen_random_uuid(), false,
                   array[callintel.first_id(now() + interval '4 days')], array[now() + interval '4 days'], '{null}',
                   '{null}', '{null}', '{2}', '{1}', '{1}', '{null}', '{x}', '{null}', '{null}', '{null}', '{null}',
                   '{null}', '{null}', '{null}', '{null}')
            """
    )]
    public async Task An_event_of_the_future_is_rejected(string statement)
    {
        await using SessionTransaction session = await SessionTransaction.BeginAsync(
            fixture.Database,
            fixture.Own.As(OrgRole.Owner)
        );
        string slot = $"{await session.RunAsync("select callintel.open_slot()")}";
        await session.RunAsync(
            $"""
            insert into callintel.staging_{slot} (id, occurred_at, channel, direction, outcome, external_id)
            select callintel.first_id(t), t, 2, 1, 1, 'x' from (select now() + interval '4 days' as t) x
            """
        );
        Assert.Equal("CI022", await session.WriteAsync(statement.Replace(":slot", slot, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_misplaced_event_is_quarantined_and_does_not_stop_partition_creation()
    {
        // as one that was stored before there was a check; only a superuser gets one in now
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        await using (
            NpgsqlCommand plant = new(
                $"""
                begin;
                create temporary table check_ck on commit drop as
                select pg_get_constraintdef(oid) as definition from pg_constraint
                 where conname = 'events_default_id_ck';
                alter table callintel_private.events_default drop constraint events_default_id_ck;
                insert into callintel_private.events (org_id, id, occurred_at, source_id, channel, direction, outcome,
                    external_id)
                values ('{fixture.Own.Id}', callintel.first_id('2028-03-10 10:00Z'), '2020-03-10 10:00Z',
                    gen_random_uuid(), 2, 1, 1, 'misplaced'),
                       ('{fixture.Own.Id}', callintel.first_id('2028-03-11 10:00Z'), '2028-03-11 10:00Z',
                           gen_random_uuid(), 2, 1, 1, 'placed');
                do $$ begin
                    execute 'alter table callintel_private.events_default add constraint events_default_id_ck '
                        || (select definition from check_ck);
                end $$;
                commit;
                """,
                connection
            )
        )
            await plant.ExecuteNonQueryAsync(Cancellation);

        List<string> warnings = [];
        connection.Notice += (_, e) =>
        {
            if (e.Notice.InvariantSeverity is "WARNING")
                warnings.Add(e.Notice.MessageText);
        };
        await using (
            NpgsqlCommand ensure = new("select callintel.ensure_partitions('2028-03-01', '2028-04-01')", connection)
        )
            await ensure.ExecuteNonQueryAsync(Cancellation);
        Assert.Equal(
            "1 events of events_2028_03 have a time outside of the month of their id. They were moved to "
                + "callintel_private.misplaced_events.",
            Assert.Single(warnings)
        );
        Assert.Equal(
            "misplaced",
            await OneAsync("select string_agg(external_id, ' ') from callintel_private.misplaced_events")
        );
        Assert.Equal(
            "placed",
            await OneAsync("select string_agg(external_id, ' ') from callintel_private.events_2028_03")
        );
        Assert.Equal(
            "0",
            await OneAsync("select count(*)::text from callintel_private.events_default where external_id is not null")
        );
        Assert.Equal("0", await OneAsync("select callintel.ensure_partitions('2028-03-01', '2028-04-01')::text"));

        // no session sees the quarantine
        await using SessionTransaction owner = await SessionTransaction.BeginAsync(
            fixture.Database,
            fixture.Own.As(OrgRole.Owner) with
            {
                Purpose = AccessPurpose.Support,
            }
        );
        Assert.Equal(
            "placed",
            await owner.RunAsync(
                "select string_agg(external_id, ' ') from callintel.events where external_id like '%placed'"
            )
        );
        foreach (string role in new[] { "callintel_member", "callintel_fence", "callintel_app" })
        {
            await using SessionTransaction code = await SessionTransaction.BeginAsync(
                fixture.Database,
                fixture.Own.As(OrgRole.Owner),
                role: role
            );
            Assert.Equal("42501", await code.WriteAsync("select * from callintel_private.misplaced_events"));
        }
        // code that deletes finds its rows only for an erasure, which an owner or admin makes, or while the org leaves
        await using SessionTransaction deleting = await SessionTransaction.BeginAsync(
            fixture.Database,
            fixture.Own.As(OrgRole.Analyst),
            role: "callintel_definer"
        );
        Assert.Equal(0L, await deleting.RunAsync("select count(*) from callintel_private.misplaced_events"));
    }

    async Task<string> OneAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync(Cancellation)}";
    }
}
