using System.Text.Json;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

/// <summary>
/// Tests what is broadcast to clients that are connected to Supabase, and who may receive it, with a stand-in for
/// Realtime that has the same signatures (realtime-like.sql).
/// </summary>
public sealed class BroadcastTests(SupabaseFixture fixture)
{
    const string Realtime = "realtime-like.sql",
        Broadcast = "select callintel_supabase.broadcast_changes()",
        Visible = "+4532123456",
        Secret = "+4532999999";

    public static TheoryData<int> Majors => SupabaseFixture.Majors;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Majors))]
    public async Task Changes_are_broadcast_once_to_the_channels_of_their_audiences_and_without_ids(int major)
    {
        await using SupabaseProject project = await fixture.NewAsync(major, Realtime);
        await BeginAsync(project);
        MemberId member = project.Own.Members[OrgRole.Member];
        await WriteAsync(project, Message("1", Visible, member), Message("2", Visible, null));
        Assert.Equal(2, await SendAsync(project));
        string org = $"callintel:{project.Own.Id.Value}";
        Assert.Equal(
            [$"{org}:{member.Value} inserted", $"{org}:all inserted"],
            (await MessagesAsync(project)).Order(StringComparer.Ordinal)
        );
        using (
            JsonDocument payload = JsonDocument.Parse(
                (string)
                    (
                        await project.Superuser.ScalarAsync(
                            $"select payload::text from realtime.messages where topic = '{org}:{member.Value}'"
                        )
                    )!
            )
        )
        {
            Assert.Equal(["from", "to"], payload.RootElement.EnumerateObject().Select(p => p.Name).Order());
            Assert.Equal(Noon, payload.RootElement.GetProperty("from").GetDateTimeOffset());
        }
        Assert.Equal(0, await SendAsync(project));
        Assert.Equal(2, (await MessagesAsync(project)).Count);
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Nothing_is_broadcast_about_a_hidden_contact(int major)
    {
        await using SupabaseProject project = await fixture.NewAsync(major, Realtime);
        await WriteAsync(project, Message("first", Secret, null));
        OrgIdentity purposeful = project.Own.As(OrgRole.Owner) with { Purpose = AccessPurpose.Security };
        await using (OrgSession owner = await project.Application.OpenSessionAsync(purposeful, Cancellation))
        {
            ContactId secret = (await owner.Contacts.FindByNumberAsync(Secret, cancellationToken: Cancellation))!.Value;
            await BeginAsync(project);
            await owner.Privacy.SetAsync(secret, new PrivacyRule { Level = PrivacyLevel.Hidden }, Cancellation);
        }
        await WriteAsync(project, Message("second", Secret, project.Own.Members[OrgRole.Member]));
        // that rights have changed tells every member the same
        Assert.Equal(1, await SendAsync(project));
        Assert.Equal([$"callintel:{project.Own.Id.Value} visibility_changed"], await MessagesAsync(project));
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task A_member_can_join_the_channels_of_the_own_org_as_far_as_the_role_reads(int major)
    {
        await using SupabaseProject project = await fixture.NewAsync(major, Realtime);
        await BeginAsync(project);
        string own = $"callintel:{project.Own.Id.Value}",
            member = $"{own}:{project.Own.Members[OrgRole.Member].Value}";
        foreach (string topic in new[] { own, $"{own}:all", member, $"callintel:{project.Foreign.Id.Value}", "other" })
            await project.Superuser.RunAsync($"select realtime.send('{"{}"}', 'inserted', '{topic}', true)");

        Assert.Equal([own, $"{own}:all"], await JoinedAsync(OrgRole.Analyst));
        Assert.Equal([own, $"{own}:all"], await JoinedAsync(OrgRole.Viewer));
        Assert.Equal([own, member], await JoinedAsync(OrgRole.Member));
        Assert.Empty(await JoinedAsync(OrgRole.Ingester));

        await using (
            OrgSession owner = await project.Application.OpenSessionAsync(project.Own.As(OrgRole.Owner), Cancellation)
        )
            await owner.Members.RevokeAsync(project.Own.Members[OrgRole.Analyst], Cancellation);
        Assert.Empty(await JoinedAsync(OrgRole.Analyst));
        Assert.Empty(await JoinedAsync(OrgRole.Viewer, login: "authenticator"));

        async Task<List<string>> JoinedAsync(OrgRole role, string login = "supabase_admin")
        {
            List<string> joined = [];
            foreach (
                string topic in new[] { own, $"{own}:all", member, $"callintel:{project.Foreign.Id.Value}", "other" }
            )
                if (await CanJoinAsync(project, project.Own.As(role), topic, login))
                    joined.Add(topic);
            return joined;
        }
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task An_error_of_Realtime_is_a_warning_and_the_feed_keeps_its_entries(int major)
    {
        await using SupabaseProject project = await fixture.NewAsync(major, Realtime);
        await BeginAsync(project);
        long stored = await EntriesAsync();
        await project.Superuser.RunAsync(
            "alter table realtime.messages add constraint none check (topic = '') not valid"
        );
        await WriteAsync(project, Message("1", Visible, null));
        await SendAsync(project);
        Assert.Empty(await MessagesAsync(project));
        await project.Superuser.RunAsync(
            "revoke execute on function realtime.send(jsonb, text, text, boolean) from public"
        );
        await WriteAsync(project, Message("2", Visible, null));
        Assert.Equal(0, await SendAsync(project));
        Assert.Equal(stored + 2, await EntriesAsync());

        async Task<long> EntriesAsync() =>
            (long)
                (
                    await project.Superuser.ScalarAsync(
                        $"select count(*) from callintel_private.change_feed where org_id = '{project.Own.Id.Value}'"
                    )
                )!;
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Without_Realtime_nothing_is_sent_and_the_package_installs(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        Assert.Equal(0L, await project.Postgres.ScalarAsync(Broadcast));
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task No_role_of_the_API_and_no_application_broadcasts(int major)
    {
        SupabaseProject project = await fixture.SharedAsync(major);
        Assert.Empty(
            await project.Superuser.ListAsync(
                """
                select r || ' ' || f
                  from unnest(array['anon', 'authenticated', 'service_role', 'authenticator', 'callintel_app']) r,
                       unnest(array['callintel_supabase.broadcast_changes()',
                                    'callintel_private.take_broadcasts()']) f
                 where has_function_privilege(r, f, 'execute')
                """
            )
        );
        // beside the functions for PostgREST, only the question of Realtime, which no other connection answers with yes
        Assert.False(
            (bool)
                (
                    await PostgrestRequest
                        .Of(project.Own.As(OrgRole.Owner))
                        .SendAsync(
                            project,
                            $"select callintel_supabase.may_receive('callintel:{project.Own.Id.Value}')"
                        )
                )!
        );
    }

    static DateTimeOffset Noon => new(2026, 1, 20, 12, 0, 0, TimeSpan.Zero);

    static EventRecord Message(string id, string party, MemberId? member) =>
        new()
        {
            OccurredAt = Noon,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            Outcome = EventOutcome.Sent,
            Party = party,
            ExternalId = id,
            Member = member,
            Body = "text",
        };

    static async Task WriteAsync(SupabaseProject project, params EventRecord[] records)
    {
        await using OrgSession owner = await project.Application.OpenSessionAsync(
            project.Own.As(OrgRole.Owner),
            Cancellation
        );
        await owner.Ingestion.WriteAsync(new IngestSource("hook"), records, Cancellation);
    }

    /// <summary>Begins to broadcast: the first call sends nothing of what happened before.</summary>
    static async Task BeginAsync(SupabaseProject project)
    {
        Assert.Equal(0L, await project.Postgres.ScalarAsync(Broadcast));
        await SendAsync(project);
        await project.Superuser.RunAsync("delete from realtime.messages");
    }

    /// <summary>
    /// Broadcasts what is committed now. Transactions in progress of other tests on the same server may delay it.
    /// </summary>
    static async Task<long> SendAsync(SupabaseProject project)
    {
        long last = (long)(await project.Superuser.ScalarAsync("select pg_current_xact_id()::text::bigint"))!;
        long sent = 0;
        while (true)
        {
            long horizon = (long)
                (await project.Superuser.ScalarAsync("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))!;
            sent += (long)(await project.Postgres.ScalarAsync(Broadcast))!;
            if (horizon > last)
                return sent;
            await Task.Delay(10, Cancellation);
        }
    }

    static Task<IReadOnlyList<string>> MessagesAsync(SupabaseProject project) =>
        project.Superuser.ListAsync("select topic || ' ' || event from realtime.messages where private");

    /// <summary>Whether a client may join a channel, asked as Realtime does it.</summary>
    static async Task<bool> CanJoinAsync(SupabaseProject project, OrgIdentity identity, string topic, string login)
    {
        await using NpgsqlConnection connection = new(project.ConnectionString(login));
        await connection.OpenAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await using NpgsqlCommand command = new(
            """
            select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true),
                   set_config('realtime.topic', $2, true)
            """,
            connection
        )
        {
            Parameters =
            {
                new NpgsqlParameter<string>
                {
                    TypedValue = JsonSerializer.Serialize(PostgrestRequest.ClaimsOf(identity)),
                },
                new NpgsqlParameter<string> { TypedValue = topic },
            },
        };
        await command.ExecuteNonQueryAsync(Cancellation);
        await using NpgsqlCommand look = new(
            "select exists (select from realtime.messages where topic = realtime.topic())",
            connection
        );
        return (bool)(await look.ExecuteScalarAsync(Cancellation))!;
    }
}
