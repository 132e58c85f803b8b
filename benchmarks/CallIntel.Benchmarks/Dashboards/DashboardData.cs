using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Sdk;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Dashboards;

/// <summary>
/// A database with orgs of very different sizes (Zipf), each with calls and messages of 90 days, five lines, five
/// members, and in a hundred contacts one that is hidden and one that is restricted, with the analyst on its list. A
/// third of the calls are legs of calls with several records, and one message in five has a price.
/// </summary>
sealed class DashboardData : IAsyncDisposable
{
    internal const string HomeZone = "Europe/Copenhagen";

    DashboardData(TestDatabase database, List<(TestOrg Org, int Rows)> orgs) => (Database, Orgs) = (database, orgs);

    internal static DateTimeOffset Begin { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal TestDatabase Database { get; }

    /// <summary>Gets the orgs, the largest first.</summary>
    internal List<(TestOrg Org, int Rows)> Orgs { get; }

    internal static async Task<DashboardData> CreateAsync(MigratedTemplate template, int rows, int orgCount)
    {
        TestDatabase database = await template.CloneAsync();
        SeededFeed shares = new(rows, orgCount);
        List<(TestOrg Org, int Rows)> orgs = [];
        for (int i = 0; i < orgCount; i++)
        {
            TestOrg org = await database.CreateOrgAsync($"org {i}");
            await using (OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin))
                await admin.Organization.SetBusinessHoursAsync(new BusinessHours(HomeZone, [], []));
            orgs.Add((org, shares.CountRows(i)));
        }
        long start = Stopwatch.GetTimestamp();
        await ForEachAsync(orgs, org => FillAsync(database, org.Org, org.Rows));
        await ExecuteAsync(database, "vacuum analyze");
        Report($"{rows} events stored", start);
        start = Stopwatch.GetTimestamp();
        CallIntelOperations operations = new(database.Admin);
        await ForEachAsync(orgs, async org =>
        {
            if ((await operations.RecomputeRollupsAsync(org.Org.Id)).Orgs != 1)
                throw new InvalidOperationException("The cells of an org were not computed.");
        });
        await ExecuteAsync(database, "vacuum analyze");
        Report("cells computed", start);
        return new DashboardData(database, orgs);
    }

    /// <summary>Two orgs at a time, the largest first: the machines that measure have two cores.</summary>
    static Task ForEachAsync(IEnumerable<(TestOrg Org, int Rows)> orgs, Func<(TestOrg Org, int Rows), Task> act) =>
        Parallel.ForEachAsync(orgs, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (org, _) =>
            await act(org)
        );

    static void Report(string what, long start) =>
        Console.Error.WriteLine($"dashboards: {what} in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");

    internal static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    static Task FillAsync(TestDatabase database, TestOrg org, int rows)
    {
        string id = org.Id.Value.ToString(),
            member = org.Members[OrgRole.Member].Value.ToString(),
            analyst = org.Members[OrgRole.Analyst].Value.ToString();
        int contacts = Math.Max(100, rows / 50);
        return ExecuteAsync(
            database,
            $"""
            insert into callintel_private.contacts (org_id, id, created_by, level)
            select '{id}', md5('{id}' || i)::uuid, '{member}', case i % 100 when 99 then 3 when 49 then 2 else 0 end
              from generate_series(0, {contacts} - 1) i;
            insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by)
            select '{id}', md5('{id}' || i)::uuid, case i % 100 when 99 then 3 else 2 end, '{member}'
              from generate_series(49, {contacts} - 1, 50) i;
            insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
            select '{id}', md5('{id}' || i)::uuid, '{analyst}'
              from generate_series(49, {contacts} - 1, 100) i;
            insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id, duration_s,
                   channel, direction, outcome, conversation_key, line_id, level)
            select '{id}',
                   encode(substr(uuid_send(callintel.first_id(x.occurred_at)), 1, 6)
                          || '\x8000'::bytea || substr(sha256(int4send(x.i)), 1, 8), 'hex')::uuid,
                   x.occurred_at, '{member}', md5('{id}' || x.contact)::uuid, md5('{id}' || 'member' || x.i % 5)::uuid,
                   case when x.channel = 1 then x.hash % 900 end, x.channel, 1 + x.hash / 7 % 2,
                   case when x.hash % 5 < 3 then 1 else 2 + x.hash % 4 end,
                   case when x.channel = 1 and x.call % 3 = 0 then md5('{id}' || 'call' || x.call)::uuid end,
                   md5('{id}' || 'line' || x.hash / 11 % 5)::uuid,
                   case x.contact % 100 when 99 then 3 when 49 then 2 else 0 end
              from (select i, h.hash, i / 3 as call, (1 + h.hash / 3 % 3)::smallint as channel,
                           -- Records of one call have one contact. Some contacts call much more often.
                           (power((hashint4(i / 3) & 1048575) / 1048576.0, 3) * {contacts})::integer % {contacts}
                               as contact,
                           timestamptz '2026-01-01 00:00Z' + i * (interval '90 days' / {rows}) as occurred_at
                      from generate_series(0, {rows} - 1) i, lateral (select hashint4(i) & 1048575 as hash) h) x;
            insert into callintel_private.event_details (org_id, event_id, contact_id, member_id, price_micros,
                   currency)
            select e.org_id, e.id, e.contact_id, e.member_id, 75000, 'USD'
              from callintel_private.events e
             where e.org_id = '{id}' and e.channel in (2, 3) 
               and get_byte(uuid_send(e.id), 15) % 5 = 0
            """
        );
    }
}
