using System.Text.RegularExpressions;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Privacy;

/// <summary>However many contacts are restricted, they are looked up once a statement, into a hash.</summary>
public sealed class PrivacyPlanTests(DatabaseFixture fixture, ITestOutputHelper output) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(10_000)]
    public async Task Contacts_kept_from_a_member_are_looked_up_once_a_statement(int restricted)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"plan {restricted}", Cancellation);
        await FillAsync(org, restricted);
        await using SessionTransaction analyst = await SessionTransaction.BeginAsync(fixture.Database, org.As(OrgRole.Analyst));
        Assert.Equal(restricted * 2L, 40_000 - (long)(await analyst.RunAsync("select count(*) from callintel.events where org_id = $1", org.Id.Value))!);
        foreach (string sql in new[]
                 {
                     $"select * from callintel.events where org_id = '{org.Id}' order by id desc limit 50",
                     $"select channel, count(*), sum(duration_s) from callintel.events where org_id = '{org.Id}' group by 1",
                     $"select count(*) from callintel.contacts where org_id = '{org.Id}'",
                 })
        {
            string plan = await analyst.ExplainAsync(sql);
            output.WriteLine($"-- {restricted}: {sql}\n{plan}\n");
            // a subplan that is not hashed would scan its rows for each row of the table
            Assert.DoesNotMatch(@"(?<!hashed )SubPlan \d+\)? *\)?$", string.Join('\n', plan.Split('\n').Where(l => l.Contains("Filter:", StringComparison.Ordinal) && l.Contains("ANY", StringComparison.Ordinal))));
            Assert.Matches("hashed SubPlan", plan);
            foreach (Match look in Regex.Matches(plan, @"ProjectSet \(actual rows=([\d.]+) loops=(\d+)\)"))
                Assert.Equal((restricted, 1), ((int)double.Parse(look.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), int.Parse(look.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture)));
            Assert.Equal(restricted == 0, !Regex.IsMatch(plan, @"ProjectSet \(actual"));
        }
    }

    async Task FillAsync(TestOrg org, int restricted)
    {
        await using NpgsqlCommand fill = fixture.Database.Admin.CreateCommand($"""
            insert into callintel.contacts (org_id, id, created_by) select '{org.Id}', md5('{org.Id}' || n)::uuid, '{org.Members[OrgRole.Admin]}' from generate_series(1, 20000) n;
            insert into callintel.privacy_rules (org_id, contact_id, level, set_by)
            select '{org.Id}', md5('{org.Id}' || n)::uuid, 2, '{org.Members[OrgRole.Admin]}' from generate_series(1, {restricted}) n;
            insert into callintel.events (org_id, id, occurred_at, source_id, contact_id, member_id, duration_s, channel, direction, outcome)
            select '{org.Id}', callintel.first_id(t), t, '{org.Id}', md5('{org.Id}' || n)::uuid, null, 60, 1, 1, 1
              from generate_series(1, 20000) n, generate_series(0, 1) k, lateral (select timestamptz '2026-01-02' + (n * 2 + k) * interval '1 minute' as t) at;
            """);
        fill.CommandTimeout = 120;
        await fill.ExecuteNonQueryAsync(Cancellation);
    }
}
