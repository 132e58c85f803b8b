using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// Tests that a member who can store events cannot use the ids, keys and names of events of a colleague to change or
/// delete them.
/// </summary>
public sealed class ColleagueEventTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Envelope = "decode('c10100' || repeat('01', 60), 'hex')";

    static readonly string[] Tables =
    [
        "events",
        "event_contents",
        "event_details",
        "event_parts",
        "event_participants",
        "event_embeddings",
    ];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("null", 0, true)] // reported differently
    [InlineData("null", 3_600_000, true)] // corrected to another time
    [InlineData("1", 0, true)] // deleted
    [InlineData("2", 0, true)] // redacted
    [InlineData("1", 0, false)] // deleted by its external id, of a source without keys
    [InlineData("2", 0, false)] // redacted by its id
    public async Task Members_can_neither_change_nor_delete_events_of_a_colleague(
        string change,
        int later,
        bool hasKeys
    )
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("colleagues", Cancellation);
        await SampleRows.SeedAsync(fixture.Database, org);
        await SampleKeys.AddAsync(fixture.Database.Admin, org.Id);
        string theirs = (
            await AdminAsync(
                $"""
                select id::text from callintel_private.events
                 where org_id = '{org.Id}' and member_id = '{org.Members[OrgRole.Admin]}' order by id limit 1
                """
            )
        )!;
        string source = (
            await AdminAsync(
                $"""
                update callintel_private.events set external_id = 'theirs'
                 where org_id = '{org.Id}' and id = '{theirs}';
                insert into callintel_private.event_keys (org_id, record_key, event_id)
                select '{org.Id}', callintel_private.record_key('{theirs}'), '{theirs}' where {hasKeys};
                select source_id::text from callintel_private.events where org_id = '{org.Id}' and id = '{theirs}'
                """
            )
        )!;
        string before = await TheirsAsync(org, theirs);

        await MergeAsync(org, OrgRole.Member, theirs, source, change, later, hasKeys);
        Assert.Equal(before, await TheirsAsync(org, theirs));

        await MergeAsync(org, OrgRole.Admin, theirs, source, change, later, hasKeys);
        Assert.NotEqual(before, await TheirsAsync(org, theirs));
    }

    /// <summary>As the merge of a batch with one record: facts, words, and what belongs to it.</summary>
    async Task MergeAsync(TestOrg org, OrgRole role, string id, string source, string change, int later, bool hasKeys)
    {
        string told = $"(callintel.first_id('2026-01-10 10:00Z'::timestamptz + interval '{later} ms')::text)";
        string present = later == 0 ? $"'{id}'::uuid" : $"overlay('{id}' placing left({told}, 13) from 1)::uuid";
        await using SessionTransaction session = await SessionTransaction.BeginAsync(fixture.Database, org.As(role));
        await session.RunAsync(
            $$"""
            do $do$ declare slot integer := callintel.open_slot(); begin
                execute format($rows$
                    insert into callintel.staging_%s (id, occurred_at, member_id, duration_s, channel, direction,
                        outcome, external_id, change, body, body_hash)
                    select {{present}}, '2026-01-10 10:00Z'::timestamptz + interval '{{later}} ms',
                           '{{org.Members[role]}}', 99, 2, 1, 5, 'theirs', {{change}}::smallint,
                           case when {{change}} is null then {{Envelope}} end, case when {{change}} is null
                               then 77 end$rows$, slot);
                perform callintel.merge_batch(slot, '{{source}}', {{hasKeys}});
                if {{change}} is null then
                    perform callintel.merge_details(array['{{id}}'::uuid], array[now()], '{c}', '{p}', '{1}',
                        '{changed}', '{e}', '{1}', '{DKK}', '{null}', '{null}');
                    perform callintel.merge_parts(array['{{id}}'::uuid], '{0}', '{image/gif}', '{1}',
                        array[{{Envelope}}], '{7}');
                    perform callintel.merge_participants(array['{{id}}'::uuid], '{0}', '{null}', '{3}', array[now()],
                        '{3}', '{1}', '{s}');
                end if;
            end $do$
            """
        );
        await session.CommitAsync();
    }

    /// <summary>Everything that belongs to the event.</summary>
    async Task<string> TheirsAsync(TestOrg org, string id) =>
        (
            await AdminAsync(
                string.Join(
                        " || ",
                        Tables.Select(table =>
                            "(select coalesce(string_agg(t::text, '|' order by t::text), '') from "
                            + $"callintel_private.{table} t where org_id = '{org.Id}' and "
                            + $"{(table == "events" ? "id" : "event_id")} = '{id}')"
                        )
                    )
                    .Insert(0, "select ")
            )
        )!;

    async Task<string?> AdminAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        return (string?)await command.ExecuteScalarAsync(Cancellation);
    }
}
