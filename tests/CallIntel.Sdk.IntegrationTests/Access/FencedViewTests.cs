using System.Text.Json.Nodes;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Plans of queries on fenced views. They show nothing of what the tables hold, and no condition of a query is
/// evaluated below the fence.
/// </summary>
public sealed class FencedViewTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Views = """
        select c.relname::text from pg_class c
         where c.relnamespace = 'callintel'::regnamespace and c.relkind = 'v' order by 1
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// The planner estimates a join by the number of distinct values, which it takes from statistics of all orgs where
    /// a view lets it.
    /// </summary>
    [Fact]
    public async Task Estimates_of_a_query_do_not_depend_on_statistics_of_the_tables_behind_views()
    {
        await SampleRows.SeedAsync(fixture.Database, fixture.Foreign);
        await SampleRows.SeedAsync(fixture.Database, fixture.Own);
        // the statistics say that a million orgs are in every table
        await AdminAsync(
            """
            do $$
            declare relation record;
            begin
                for relation in select c.oid::regclass as name, c.relkind = 'p' as is_partitioned from pg_class c
                                  join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
                                 where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p')
                                   and not c.relispartition loop
                    execute format('alter table %s alter column org_id set (%s = 1000000)', relation.name,
                                   case when relation.is_partitioned then 'n_distinct_inherited' else 'n_distinct' end);
                    execute format('analyze %s', relation.name);
                end loop;
            end $$;
            """
        );
        foreach (string view in await ListAsync(Views))
        {
            double rows = Estimate(await PlanAsync($"select from callintel.{view}"));
            double joined = Estimate(
                await PlanAsync(
                    $"select from generate_series(1, 1000000) n join callintel.{view} v on org_id = md5(n::text)::uuid"
                )
            );
            // 200 distinct values are what the planner assumes where it knows nothing
            Assert.Equal((view, rows * 1_000_000 / 200), (view, joined));
        }
    }

    [Fact]
    public async Task Conditions_of_a_query_are_evaluated_above_the_fence_of_a_view()
    {
        const string Org = "7d0b2f6a-0000-4000-8000-000000000001";
        foreach (string view in await ListAsync(Views))
        {
            JsonNode plan = await PlanAsync($"select from callintel.{view} where org_id = '{Org}'");
            JsonObject[] nodes =
            [
                .. Nodes(plan.AsObject())
                    .Where(node =>
                        node.Any(property =>
                            property.Value is JsonValue && $"{property.Value}".Contains(Org, StringComparison.Ordinal)
                        )
                    ),
            ];
            Assert.Equal((view, "Subquery Scan"), (view, $"{Assert.Single(nodes)["Node Type"]}"));
        }
    }

    static double Estimate(JsonNode plan) => plan["Plan Rows"]!.GetValue<double>();

    static IEnumerable<JsonObject> Nodes(JsonObject plan) =>
        (plan["Plans"] as JsonArray ?? []).SelectMany(child => Nodes(child!.AsObject())).Prepend(plan);

    async Task<JsonNode> PlanAsync(string sql)
    {
        OrgIdentity owner = fixture.Own.As(OrgRole.Owner) with { Purpose = AccessPurpose.Support };
        await using SessionTransaction session = await SessionTransaction.BeginAsync(fixture.Database, owner);
        return JsonNode.Parse((string)(await session.RunAsync($"explain (format json) {sql}"))!)![0]!["Plan"]!;
    }

    async Task AdminAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    async Task<IReadOnlyList<string>> ListAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        List<string> values = [];
        while (await reader.ReadAsync(Cancellation))
            values.Add(reader.GetString(0));
        return values;
    }
}
