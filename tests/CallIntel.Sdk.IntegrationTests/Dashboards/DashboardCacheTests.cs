using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

public sealed class DashboardCacheTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>, IAsyncLifetime
{
    static readonly IngestSource Source = new("pbx", "asterisk", DefaultRegion: "DK");
    static readonly DashboardQuery Query = new(Ranges.February) { Grain = Grain.Day, ComparesWithPrevious = true };

    readonly ServiceProvider _services = CreateServices();
    CountingCache _cache = null!;
    CallIntelDataSource _dataSource = null!;
    int _written;
    EventRecord? _lastWritten;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static ServiceProvider CreateServices()
    {
        ServiceCollection services = new();
        services.AddHybridCache();
        return services.BuildServiceProvider();
    }

    public ValueTask InitializeAsync()
    {
        _cache = new CountingCache(_services.GetRequiredService<HybridCache>());
        _dataSource = fixture.Database.CreateDataSource(options => options.DashboardCache.Cache = _cache);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _dataSource.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_is_used_again_until_an_event_is_written_and_with_fresh_times()
    {
        TestOrg org = await CreateOrgAsync("again");
        await using OrgSession viewer = await OpenAsync(org, OrgRole.Viewer);
        DashboardAnswer<VolumePoint> first = await viewer.Dashboards.VolumeAsync(Query, Cancellation);
        Assert.Equal(0, _cache.Hits);
        await using OrgSession same = await OpenAsync(org, OrgRole.Viewer);
        DashboardAnswer<VolumePoint> second = await same.Dashboards.VolumeAsync(Query, Cancellation);
        Assert.Equal(1, _cache.Hits);
        Assert.Equal(first.Rows, second.Rows);
        Assert.Equal((first.Source, first.Previous!.Range), (second.Source, second.Previous!.Range));
        Assert.Equal(first.Previous.Rows, second.Previous.Rows);
        Assert.False(second.Rows is IList<VolumePoint> { IsReadOnly: false }, "a caller can change a kept answer");

        await WriteAsync(org, "+4532100001");
        DashboardAnswer<VolumePoint> third = await viewer.Dashboards.VolumeAsync(Query, Cancellation);
        Assert.Equal(first.Rows.Sum(r => r.Events) + 1, third.Rows.Sum(r => r.Events));
        Assert.NotEqual(first.AsOf, third.AsOf);
        await new CallIntelOperations(fixture.Database.Admin).RecomputeRollupsAsync(org.Id, Cancellation);
        Assert.Equal(third.Rows, (await viewer.Dashboards.VolumeAsync(Query, Cancellation)).Rows);
    }

    [Fact]
    public async Task Other_questions_do_not_get_the_answer()
    {
        TestOrg org = await CreateOrgAsync("questions");
        await using OrgSession viewer = await OpenAsync(org, OrgRole.Viewer);
        await viewer.Dashboards.VolumeAsync(Query, Cancellation);
        await viewer.Dashboards.TopContactsAsync(Query, 1, Cancellation);
        DashboardQuery[] others =
        [
            new(Ranges.LateMarch) { Grain = Grain.Day, ComparesWithPrevious = true },
            Query with
            {
                Grain = Grain.Hour,
            },
            Query with
            {
                Grain = Grain.Day.In("Asia/Kathmandu"),
            },
            Query with
            {
                ComparesWithPrevious = false,
            },
            Query with
            {
                Filter = new() { Channel = EventChannel.Call },
            },
            // The number is that of the channel, in another field.
            Query with
            {
                Filter = new() { Direction = EventDirection.Inbound },
            },
            Query with
            {
                Filter = new() { DuringBusinessHours = true },
            },
            Query with
            {
                Filter = new() { DuringBusinessHours = true },
            },
        ];
        foreach (DashboardQuery other in others)
            await viewer.Dashboards.VolumeAsync(other, Cancellation);
        await viewer.Dashboards.AnswerRateAsync(Query, Cancellation);
        await viewer.Dashboards.TopContactsAsync(Query, 2, Cancellation);
        Assert.Equal(0, _cache.Hits);
    }

    /// <summary>Attack: ask what a session that sees more has just asked.</summary>
    [Fact]
    public async Task Sessions_that_see_less_or_other_things_do_not_get_the_answer()
    {
        TestOrg org = await CreateOrgAsync("less");
        ContactId secret = await ContactAsync(org);
        await PrivacyRules.SetAsync(org, secret, 3, Cancellation);
        await using OrgSession purposeful = await _dataSource.OpenSessionAsync(
            org.As(OrgRole.Admin) with
            {
                Purpose = AccessPurpose.LegalObligation,
            },
            Cancellation
        );
        DashboardAnswer<ContactVolume> all = await purposeful.Dashboards.TopContactsAsync(Query, 9, Cancellation);
        Assert.Contains(all.Rows, row => row.Contact == secret);
        foreach (OrgRole role in new[] { OrgRole.Admin, OrgRole.Analyst, OrgRole.Viewer, OrgRole.Member })
        {
            await using OrgSession session = await OpenAsync(org, role);
            Assert.DoesNotContain((await session.Dashboards.TopContactsAsync(Query, 9, Cancellation)).Rows, row =>
                row.Contact == secret
            );
        }
        await using OrgSession foreign = await OpenAsync(fixture.Foreign, OrgRole.Owner);
        Assert.Empty((await foreign.Dashboards.TopContactsAsync(Query, 9, Cancellation)).Rows);
        Assert.Equal(0, _cache.Hits);
        int kept = _cache.Kept;
        // A member sees own events only: a version would tell when colleagues write.
        await using OrgSession member = await OpenAsync(org, OrgRole.Member);
        await member.Dashboards.VolumeAsync(Query, Cancellation);
        await member.Dashboards.VolumeAsync(Query, Cancellation);
        Assert.Equal((0, kept), (_cache.Hits, _cache.Kept));
    }

    [Fact]
    public async Task A_member_who_is_listed_for_a_contact_shares_answers_with_nobody()
    {
        TestOrg org = await CreateOrgAsync("listed");
        ContactId secret = await ContactAsync(org);
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await owner.Privacy.SetAsync(
                secret,
                new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [org.Members[OrgRole.Viewer]] },
                Cancellation
            );
        await using OrgSession listed = await OpenAsync(org, OrgRole.Viewer);
        Assert.Contains((await listed.Dashboards.TopContactsAsync(Query, 9, Cancellation)).Rows, row =>
            row.Contact == secret
        );
        // Another viewer, with the permissions of the listed one.
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await owner.Members.SetRoleAsync(org.Members[OrgRole.Analyst], OrgRole.Viewer, Cancellation);
        await listed.Dashboards.TopContactsAsync(Query, 9, Cancellation);
        await using OrgSession other = await OpenAsync(org, OrgRole.Analyst);
        Assert.DoesNotContain((await other.Dashboards.TopContactsAsync(Query, 9, Cancellation)).Rows, row =>
            row.Contact == secret
        );
        Assert.Equal(0, _cache.Hits);
        // Taken from the list, the member gets no former answer.
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await owner.Privacy.SetAsync(secret, new PrivacyRule { Level = PrivacyLevel.Restricted }, Cancellation);
        Assert.DoesNotContain((await listed.Dashboards.TopContactsAsync(Query, 9, Cancellation)).Rows, row =>
            row.Contact == secret
        );
    }

    [Fact]
    public async Task A_changed_rule_is_seen_at_once_and_a_revoked_member_gets_nothing()
    {
        TestOrg org = await CreateOrgAsync("rule");
        ContactId contact = await ContactAsync(org);
        await using OrgSession viewer = await OpenAsync(org, OrgRole.Viewer);
        Assert.Contains((await viewer.Dashboards.TopContactsAsync(Query, 9, Cancellation)).Rows, row =>
            row.Contact == contact
        );
        await PrivacyRules.SetAsync(org, contact, 2, Cancellation);
        Assert.DoesNotContain((await viewer.Dashboards.TopContactsAsync(Query, 9, Cancellation)).Rows, row =>
            row.Contact == contact
        );
        await viewer.Dashboards.TopContactsAsync(Query, 9, Cancellation);
        Assert.Equal(1, _cache.Hits);
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await owner.Members.RevokeAsync(org.Members[OrgRole.Viewer], Cancellation);
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
            viewer.Dashboards.TopContactsAsync(Query, 9, Cancellation)
        );
        Assert.Equal(("CI0004", 1), (refused.Code, _cache.Hits));
    }

    /// <summary>A writer with an older transaction id commits after one with a newer id.</summary>
    [Fact]
    public async Task Writers_that_commit_in_another_order_than_they_began_are_seen()
    {
        TestOrg org = await CreateOrgAsync("order");
        await using OrgSession viewer = await OpenAsync(org, OrgRole.Viewer);
        long before = await CountAsync();
        await using Npgsql.NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        await using Npgsql.NpgsqlTransaction older = await connection.BeginTransactionAsync(Cancellation);
        await new Npgsql.NpgsqlCommand(
            $"""
            insert into callintel_private.events (org_id, id, occurred_at, source_id, channel, direction, outcome)
            values ('{org.Id}', callintel.first_id('2026-02-10Z'), '2026-02-10Z', gen_random_uuid(), 2, 1, 7);
            insert into callintel_private.dirty_buckets (org_id, bucket) values ('{org.Id}', '2026-02-10Z');
            """,
            connection,
            older
        ).ExecuteNonQueryAsync(Cancellation);
        await WriteAsync(org, "+4532100002");
        Assert.Equal(before + 1, await CountAsync());
        Assert.Equal(before + 1, await CountAsync());
        Assert.Equal(1, _cache.Hits);
        await older.CommitAsync(Cancellation);
        Assert.Equal(before + 2, await CountAsync());

        async Task<long> CountAsync() =>
            (await viewer.Dashboards.VolumeAsync(Query, Cancellation)).Rows.Sum(r => r.Events);
    }

    [Fact]
    public async Task Kept_answers_are_those_of_a_data_source_without_a_cache_after_every_change()
    {
        TestOrg org = await CreateOrgAsync("random");
        Random random = new(7);
        ContactId[] people;
        await using (OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation))
            people =
            [
                .. (await viewer.Dashboards.TopContactsAsync(Query, 2, Cancellation))
                    .Rows.Select(r => r.Contact)
                    .OfType<ContactId>(),
            ];
        CallIntelOperations operations = new(fixture.Database.Admin);
        for (int step = 0; step < 40; step++)
        {
            switch (random.Next(6))
            {
                case 0:
                    await WriteAsync(org, $"+453212345{random.Next(4)}");
                    break;
                case 1:
                    await PrivacyRules.SetAsync(org, people[random.Next(2)], (short)random.Next(3), Cancellation);
                    break;
                case 2:
                    await operations.RecomputeRollupsAsync(org.Id, Cancellation);
                    break;
                case 3 when _lastWritten is { } last:
                    await using (OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation))
                        await admin.Ingestion.WriteAsync(
                            Source,
                            [last with { Change = random.Next(2) == 0 ? RecordChange.Deleted : RecordChange.Redacted }],
                            Cancellation
                        );
                    break;
                default:
                    break;
            }
            foreach (OrgRole role in new[] { OrgRole.Viewer, OrgRole.Admin })
            {
                await using OrgSession kept = await OpenAsync(org, role);
                await using OrgSession plain = await org.OpenSessionAsync(role, Cancellation);
                for (int again = 0; again < 2; again++)
                {
                    Assert.Equal(
                        (await plain.Dashboards.TopContactsAsync(Query, 3, Cancellation)).Rows,
                        (await kept.Dashboards.TopContactsAsync(Query, 3, Cancellation)).Rows
                    );
                    Assert.Equal(
                        (await plain.Dashboards.ResponseTimesAsync(Query, Cancellation)).Rows,
                        (await kept.Dashboards.ResponseTimesAsync(Query, Cancellation)).Rows
                    );
                }
            }
        }
        Assert.True(_cache.Hits >= 160, $"{_cache.Hits} answers were used again");
    }

    [Fact]
    public async Task The_application_learns_no_version_where_it_could_see_hidden_writes()
    {
        TestOrg org = await CreateOrgAsync("version");
        foreach ((OrgRole role, bool has) in new[] { (OrgRole.Member, false), (OrgRole.Viewer, true) })
        {
            await using SessionTransaction session = await SessionTransaction.BeginAsync(
                fixture.Database,
                org.As(role)
            );
            Assert.Equal(has, await session.RunAsync("select callintel.figure_version() is not null"));
        }
    }

    async Task<TestOrg> CreateOrgAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"cache {name}", Cancellation);
        for (int i = 0; i < 12; i++)
            await WriteAsync(org, $"+453212345{i % 2}");
        return org;
    }

    async Task WriteAsync(TestOrg org, string party)
    {
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        _lastWritten = new()
        {
            OccurredAt = Ranges.February.From.AddHours(30 + (7 * _written)),
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Completed,
            Party = party,
            ExternalId = $"{_written++}",
        };
        await admin.Ingestion.WriteAsync(Source, [_lastWritten], Cancellation);
    }

    async Task<ContactId> ContactAsync(TestOrg org)
    {
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        return (await viewer.Dashboards.TopContactsAsync(Query, 1, Cancellation)).Rows[0].Contact!.Value;
    }

    Task<OrgSession> OpenAsync(TestOrg org, OrgRole role) =>
        _dataSource.OpenSessionAsync(org.As(role), Cancellation).AsTask();

    sealed class CountingCache(HybridCache cache) : HybridCache
    {
        public int Hits { get; private set; }

        public int Kept { get; private set; }

        public override async ValueTask<T> GetOrCreateAsync<TState, T>(
            string key,
            TState state,
            Func<TState, CancellationToken, ValueTask<T>> factory,
            HybridCacheEntryOptions? options = null,
            IEnumerable<string>? tags = null,
            CancellationToken cancellationToken = default
        )
        {
            T found = await cache.GetOrCreateAsync(key, state, factory, options, tags, cancellationToken);
            if (found is not null)
                Hits++;
            return found;
        }

        public override ValueTask SetAsync<T>(
            string key,
            T value,
            HybridCacheEntryOptions? options = null,
            IEnumerable<string>? tags = null,
            CancellationToken cancellationToken = default
        )
        {
            Kept++;
            return cache.SetAsync(key, value, options, tags, cancellationToken);
        }

        public override ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default) =>
            cache.RemoveAsync(key, cancellationToken);

        public override ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) =>
            cache.RemoveByTagAsync(tag, cancellationToken);
    }
}
