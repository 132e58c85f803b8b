using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Embeddings;

/// <summary>
/// A search returns min(k, eligible) events, whoever searches, with any filter, with and without a graph. The expected
/// events are computed by a superuser without any index.
/// </summary>
public sealed class VectorSearchTests(ServerFixture server) : IAsyncLifetime
{
    const int Dimensions = 16;

    static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    TestDatabase _database = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await server.Template.CloneAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData(40, false)]
    [InlineData(3000, false)]
    [InlineData(3000, true)]
    public async Task A_search_returns_all_it_may_for_each_role_and_filter(int events, bool hasGraph)
    {
        TestOrg org = await FillAsync(events);
        TestOrg other = await FillAsync(events);
        if (hasGraph)
            Assert.Equal(
                new VectorGraphReport(2, 2, 0),
                await new CallIntelOperations(_database.Admin).MaintainVectorGraphsAsync(1000, 8, Cancellation)
            );
        HashSet<VectorPath> paths = [];
        double found = 0,
            expected = 0;
        foreach ((string who, OrgIdentity identity, string visible) in Readers(org))
        foreach ((string name, VectorFilter filter, string condition) in Filters(org, events))
        {
            await using OrgSession session = await _database.DataSource.OpenSessionAsync(identity, Cancellation);
            float[] query = Query(who.Length + name.Length);
            List<Guid> nearest = await NearestAsync(org, query, $"{visible} and {condition}");
            VectorAnswer answer = await session.Vectors.FindAsync(Model(1), query, filter, 10, Cancellation);
            Guid[] ids = [.. answer.Matches.Select(m => m.Event)];
            string which = $"{who} {name} {answer.Path}";
            Assert.Equal((which, Math.Min(10, nearest.Count)), (which, ids.Length));
            // Each of them is eligible, none is of the other org, and none occurs twice.
            Assert.Empty(ids.Except(nearest));
            Assert.Equal(ids.Length, ids.Distinct().Count());
            Assert.Equal(answer.Matches.Select(m => m.Distance), answer.Matches.Select(m => m.Distance).Order());
            if (answer.Path is not VectorPath.Graph)
                Assert.Equal((which, string.Join(' ', nearest.Take(10))), (which, string.Join(' ', ids)));
            found += ids.Intersect(nearest.Take(10)).Count();
            expected += ids.Length;
            paths.Add(answer.Path);
        }
        Assert.True(found / expected > 0.98, $"recall {found / expected}");
        Assert.Equal(
            hasGraph ? [VectorPath.Exact, VectorPath.Graph, VectorPath.ExactAfterGraph] : [VectorPath.Exact],
            paths.Order()
        );
    }

    [Fact]
    public async Task The_distance_is_that_of_the_best_chunk_of_an_event()
    {
        TestOrg org = await FillAsync(50);
        Guid id = await ScalarAsync<Guid>(
            $"select event_id from callintel_private.event_embeddings where org_id = '{org.Id}' and level = 0 limit 1"
        );
        float[] query = Query(7);
        await ExecuteAsync(
            $"""
            insert into callintel_private.event_embeddings (org_id, event_id, model, chunk, contact_id, member_id,
                graph, content_hash, embedding)
            select org_id, event_id, model, n, contact_id, member_id, graph, content_hash,
                   case n when 3 then ('[' || array_to_string(array[{string.Join(',', query)}], ',') || ']')::halfvec
                          else embedding end
              from callintel_private.event_embeddings, generate_series(2, 101) n
             where org_id = '{org.Id}' and event_id = '{id}' and chunk = 0
            """
        );
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        VectorAnswer answer = await analyst.Vectors.FindAsync(Model(1), query, default, 10, Cancellation);
        Assert.Equal((id, 3), (answer.Matches[0].Event, answer.Matches[0].Chunk));
        Assert.InRange(answer.Matches[0].Distance, -0.01f, 0.01f);
        Assert.Equal(10, answer.Matches.Select(m => m.Event).Distinct().Count());
    }

    [Fact]
    public async Task Graphs_are_built_capped_and_dropped_and_the_application_role_does_not_see_whose_they_are()
    {
        TestOrg large = await FillAsync(1200);
        await FillAsync(1100);
        await FillAsync(20);
        CallIntelOperations operations = new(_database.Admin);
        Assert.Equal(new VectorGraphReport(1, 1, 0), await operations.MaintainVectorGraphsAsync(1000, 1, Cancellation));
        Assert.Equal(new VectorGraphReport(2, 1, 0), await operations.MaintainVectorGraphsAsync(1000, 8, Cancellation));
        Assert.Equal(new VectorGraphReport(2, 0, 0), await operations.MaintainVectorGraphsAsync(2000, 8, Cancellation));
        string definitions = await ScalarAsync<string>(
            "select string_agg(indexdef, ' ') from pg_indexes where indexname like 'event_embeddings_graph_%'"
        );
        Assert.Contains("hnsw", definitions, StringComparison.Ordinal);
        Assert.DoesNotContain(large.Id.ToString(), definitions, StringComparison.Ordinal);
        // A build that failed leaves an invalid index, which is dropped, and the next run builds it.
        await ExecuteAsync(
            "update pg_index set indisvalid = false where indexrelid in (select oid from pg_class where relname like "
                + "'event_embeddings_graph_%')"
        );
        Assert.Equal(new VectorGraphReport(2, 2, 2), await operations.MaintainVectorGraphsAsync(1000, 8, Cancellation));
        // So is a graph of a former version, which had the default parameters.
        await ExecuteAsync(
            """
            do $$ declare graph regclass; begin
                for graph in select oid from pg_class where relname like 'event_embeddings_graph_%' loop
                    execute format('alter index %s reset (ef_construction)', graph);
                end loop;
            end $$
            """
        );
        Assert.Equal(new VectorGraphReport(2, 2, 2), await operations.MaintainVectorGraphsAsync(1000, 8, Cancellation));
        Assert.Equal(new VectorGraphReport(2, 0, 0), await operations.MaintainVectorGraphsAsync(1000, 8, Cancellation));
        await ExecuteAsync(
            $"delete from callintel_private.event_embeddings where org_id <> '{large.Id}';"
                + $"update callintel_private.embedding_models set state = 2 where org_id = '{large.Id}'"
        );
        Assert.Equal(new VectorGraphReport(0, 0, 2), await operations.MaintainVectorGraphsAsync(1000, 8, Cancellation));
    }

    [Fact]
    public async Task A_query_of_the_wrong_size_or_for_another_model_is_refused_and_the_session_stays_usable()
    {
        TestOrg org = await FillAsync(20);
        await using OrgSession analyst = await org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        foreach (
            (EmbeddingModel model, float[] query, string code) in new[]
            {
                (Model(1), new float[3], ErrorCodes.InvalidEmbedding),
                (Model(1), [], ErrorCodes.InvalidEmbedding),
                (Model(7), Query(1), ErrorCodes.EmbeddingModelChanged),
            }
        )
            Assert.Equal(
                code,
                (
                    await Assert.ThrowsAsync<CallIntelException>(() =>
                        analyst.Vectors.FindAsync(model, query, default, 10, Cancellation)
                    )
                ).Code
            );
        Assert.Empty((await analyst.Vectors.FindAsync(Model(1), Query(1), default, 0, Cancellation)).Matches);
        Assert.Equal(5, (await analyst.Vectors.FindAsync(Model(1), Query(1), default, 5, Cancellation)).Matches.Count);
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        Assert.Equal(
            ErrorCodes.NotAllowed,
            (
                await Assert.ThrowsAsync<CallIntelException>(() =>
                    viewer.Vectors.FindAsync(Model(1), Query(1), default, 5, Cancellation)
                )
            ).Code
        );
    }

    static EmbeddingModel Model(int number) => new(number, "m", Dimensions, EmbeddingModelState.Active, 1, 1);

    /// <summary>A vector of length 1 that is the same for the same seed.</summary>
    static float[] Query(int seed)
    {
        Random random = new(seed);
        float[] vector = [.. Enumerable.Range(0, Dimensions).Select(_ => (float)(random.NextDouble() - 0.5))];
        float length = MathF.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / length)];
    }

    static IEnumerable<(string Who, OrgIdentity Identity, string Visible)> Readers(TestOrg org) =>
        [
            ("member", org.As(OrgRole.Member), $"v.level = 0 and v.member_id = '{org.Members[OrgRole.Member]}'"),
            // listed for the restricted contact
            ("analyst", org.As(OrgRole.Analyst), "v.level in (0, 2)"),
            ("admin", org.As(OrgRole.Admin), "v.level in (0, 2)"),
            ("owner", org.As(OrgRole.Owner) with { Purpose = AccessPurpose.Security }, "v.level in (0, 2, 3)"),
        ];

    static IEnumerable<(string Name, VectorFilter Filter, string Condition)> Filters(TestOrg org, int events)
    {
        DateTimeOffset later = Start.AddMinutes(events * 9),
            last = Start.AddMinutes(events * 10 - 30);
        return
        [
            ("all", default, "true"),
            ("channel", new VectorFilter(Channel: EventChannel.Sms), "e.channel = 2"),
            ("direction", new VectorFilter(Direction: EventDirection.Outbound), "e.direction = 2"),
            (
                "ten percent",
                new VectorFilter(Range: new TimeRange(later, later.AddYears(1))),
                $"e.occurred_at >= '{later:O}'"
            ),
            (
                "a range with microseconds",
                new VectorFilter(Range: new TimeRange(Start.AddMinutes(10).AddTicks(10), later)),
                $"e.occurred_at > '{Start.AddMinutes(10):O}' and e.occurred_at < '{later:O}'"
            ),
            (
                "three events",
                new VectorFilter(Range: new TimeRange(last, last.AddYears(1))),
                $"e.occurred_at >= '{last:O}'"
            ),
            ("source of one percent", new VectorFilter(Source: SourceOf(org)), $"e.source_id = '{SourceOf(org)}'"),
            (
                "source of three events",
                new VectorFilter(Source: Derived(org, 97)),
                $"e.source_id = '{Derived(org, 97)}'"
            ),
            (
                "restricted contact",
                new VectorFilter(Contact: new ContactId(ContactOf(org, 2))),
                $"e.contact_id = '{ContactOf(org, 2)}'"
            ),
            (
                "hidden contact",
                new VectorFilter(Contact: new ContactId(ContactOf(org, 3))),
                $"e.contact_id = '{ContactOf(org, 3)}'"
            ),
            (
                "member",
                new VectorFilter(Member: org.Members[OrgRole.Member]),
                $"e.member_id = '{org.Members[OrgRole.Member]}'"
            ),
            ("nothing", new VectorFilter(Source: Guid.Empty), "false"),
        ];
    }

    static Guid ContactOf(TestOrg org, int level) => Derived(org, level);

    static Guid SourceOf(TestOrg org) => Derived(org, 99);

    static Guid Derived(TestOrg org, byte suffix) => new([.. org.Id.Value.ToByteArray()[..15], suffix]);

    static Guid Derived(TestOrg org, int suffix) => Derived(org, (byte)suffix);

    /// <summary>
    /// An org with an event every ten minutes: a thousandth belongs to the member, 30 % to a hidden contact, some to a
    /// restricted one, and some may not be searched.
    /// </summary>
    async Task<TestOrg> FillAsync(int events)
    {
        TestOrg org = await _database.CreateOrgAsync("vectors", Cancellation);
        await ExecuteAsync(
            $"""
            insert into callintel_private.contacts (org_id, id, created_by)
            select '{org.Id}', c, '{org.Members[OrgRole.Admin]}'
              from unnest(array['{ContactOf(org, 0)}', '{ContactOf(org, 2)}', '{ContactOf(org, 3)}']::uuid[]) c;
            insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by)
            values ('{org.Id}', '{ContactOf(org, 2)}', 2, '{org.Members[OrgRole.Admin]}'),
                   ('{org.Id}', '{ContactOf(org, 3)}', 3, '{org.Members[OrgRole.Admin]}');
            insert into callintel_private.privacy_rule_members (org_id, contact_id, member_id)
            values ('{org.Id}', '{ContactOf(org, 2)}', '{org.Members[OrgRole.Analyst]}');
            insert into callintel_private.embedding_models (org_id, model, name, dimensions, state, daily_limit,
                enabled_by)
            values ('{org.Id}', 1, 'm', {Dimensions}, 1, 1, '{org.Members[OrgRole.Owner]}');
            select setseed(0.5);
            insert into callintel_private.events (org_id, id, occurred_at, source_id, channel, direction, outcome,
                contact_id, member_id, level)
            select '{org.Id}', callintel.first_id(t), t,
                   case when n % 1000 = 8 then '{Derived(org, 97)}' when n % 100 = 7 then '{SourceOf(
                org
            )}' else '{ContactOf(org, 98)}' end::uuid,
                   1 + n % 2, 1 + n / 2 % 2, 1, c.id::uuid,
                   case when n % 1000 = 5 then '{org.Members[OrgRole.Member]}'
                        else '{org.Members[OrgRole.Admin]}' end::uuid,
                   c.level
              from generate_series(0, {events - 1}) n,
                   lateral (select timestamptz '{Start:O}' + n * interval '10 minutes' as t) x,
                   lateral (select case when n % 10 in (1, 2, 3) then 3 when n % 10 = 4 then 2 else 0 end as level)
                       l (level),
                   lateral (select case l.level when 3 then '{ContactOf(org, 3)}' when 2 then '{ContactOf(org, 2)}'
                                   else '{ContactOf(org, 0)}' end as id, l.level) c;
            insert into callintel_private.event_embeddings (org_id, event_id, model, chunk, contact_id, member_id,
                level, is_searchable, graph, content_hash, embedding)
            select e.org_id, e.id, 1, k, e.contact_id, e.member_id, e.level,
                   extract(minute from e.occurred_at)::integer <> 50 or k = 0,
                   m.graph, '\x00',
                   (select array_agg(x / sqrt(s)) from (
                        select x, sum(x * x) over () as s
                          from (select random() - 0.5 as x
                                  from generate_series(1, {Dimensions}) where e.id is not null and k >= 0) r) y
                   )::real[]::halfvec
              from callintel_private.events e
              join callintel_private.embedding_models m on m.org_id = e.org_id, generate_series(0, 1) k
             where e.org_id = '{org.Id}';
            analyze callintel_private.event_embeddings, callintel_private.events
            """
        );
        return org;
    }

    async Task<List<Guid>> NearestAsync(TestOrg org, float[] query, string condition)
    {
        await using NpgsqlCommand command = _database.Admin.CreateCommand(
            $"""
            select v.event_id
              from callintel_private.event_embeddings v
              join callintel_private.events e on e.org_id = v.org_id and e.id = v.event_id
             where v.org_id = '{org.Id}' and v.is_searchable and {condition}
             group by v.event_id
             order by min((v.embedding <#> $1::halfvec)::real), v.event_id
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = query });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        List<Guid> ids = [];
        while (await reader.ReadAsync(Cancellation))
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = _database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    async Task<T> ScalarAsync<T>(string sql)
    {
        await using NpgsqlCommand command = _database.Admin.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
