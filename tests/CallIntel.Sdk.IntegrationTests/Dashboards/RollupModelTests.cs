using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>
/// Random histories of an org: whatever is written, and whenever cells are computed, figures answered from cells are
/// those computed from the events.
/// </summary>
public sealed class RollupModelTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("pbx", "asterisk", DefaultRegion: "DK") { TimesMayChange = true };
    static readonly DateTimeOffset Start = new(2026, 3, 26, 0, 0, 0, TimeSpan.Zero);
    static readonly string[] ZoneNames =
    [
        "UTC",
        "Europe/Copenhagen",
        "Asia/Kathmandu",
        "America/St_Johns",
        "America/Havana",
        "Asia/Beirut",
    ];

    /// <summary>All figures that are answered from cells, each with a filter.</summary>
    const string Figures = """
        select array(select v::text from callintel.count_events($1, $2, $3, $4, f.asked) v)
               || array(select h::text from callintel.count_events_by_hour($1, $2, $4, f.asked) h order by 1)
               || array(select c::text from callintel.count_calls($1, $2, $3, $4, f.asked) c)
               || array(select m::text from callintel.count_by_member($1, $2, f.asked) m order by 1)
               || array(select l::text from callintel.count_by_line($1, $2, f.asked) l order by 1)
               || array(select t::text from callintel.count_events_by_contact($1, $2, 4, f.asked) t)
               || array(select u::text from callintel.count_unanswered_calls($1, $2, $4, f.asked) u)
               || array(select w::text from callintel.measure_response_times($1, $2, f.asked) w)
          from (select row($5, $6, $7, $8, null, $9, null, null, $10, null)::callintel.figure_filter as asked) f
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Histories of 60 operations each: 3, or 170 with <c>CALLINTEL_LONG_TESTS=1</c>.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, FuzzSize.Choose(3, 170))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Figures_from_cells_are_those_computed_from_the_events(int seed)
    {
        Random random = new(seed);
        TestOrg org = await fixture.Database.CreateOrgAsync($"model {seed}", Cancellation);
        CallIntelOperations operations = new(fixture.Database.Admin);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await using OrgSession member = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        List<EventRecord> written = [];
        int fromCells = 0;
        for (int step = 0; step < 60; step++)
        {
            switch (random.Next(12))
            {
                case 0 or 1:
                    await WriteAsync(admin, [Create(random, written, org)], written);
                    break;
                case 2:
                    await WriteAsync(
                        admin,
                        [.. Enumerable.Range(0, random.Next(2, 40)).Select(_ => Create(random, written, org))],
                        written
                    );
                    break;
                case 3:
                    EventRecord[] many =
                    [
                        .. Enumerable.Range(0, random.Next(1, 150)).Select(_ => Create(random, written, org)),
                    ];
                    await admin.Ingestion.IngestAsync(
                        Source,
                        many.ToAsyncEnumerable(),
                        cancellationToken: Cancellation
                    );
                    written.AddRange(many);
                    break;
                case 4 or 5 when written.Count > 0:
                    await WriteAsync(
                        admin,
                        [.. random.GetItems(written.ToArray(), random.Next(1, 5)).Select(r => Change(random, r, org))],
                        written
                    );
                    break;
                case 6 when written.Count > 0:
                    EventRecord gone = written[random.Next(written.Count)];
                    await admin.Ingestion.WriteAsync(
                        Source,
                        [gone with { Change = random.Next(2) == 0 ? RecordChange.Deleted : RecordChange.Redacted }],
                        Cancellation
                    );
                    break;
                case 7 when written.Count > 0:
                    await admin.Ingestion.IngestAsync(
                        Source,
                        random.GetItems(written.ToArray(), random.Next(1, 100)).ToAsyncEnumerable(),
                        cancellationToken: Cancellation
                    );
                    break;
                case 8:
                    await SetRuleAsync(random, org);
                    break;
                case 9 when random.Next(3) == 0:
                    await admin.Organization.SetBusinessHoursAsync(
                        new BusinessHours(
                            ZoneNames[random.Next(ZoneNames.Length)],
                            [
                                .. Enum.GetValues<DayOfWeek>()
                                    .Where(_ => random.Next(4) > 0)
                                    .Select(day => new OpeningHours(
                                        day,
                                        new(0, random.Next(0, 60)),
                                        new(random.Next(1, 24), random.Next(0, 60))
                                    )),
                            ],
                            [DateOnly.FromDateTime(Start.UtcDateTime).AddDays(random.Next(7))]
                        ),
                        Cancellation
                    );
                    break;
                case 10:
                    await KillComputationAsync(random, org);
                    break;
                default:
                    await operations.RecomputeRollupsAsync(org.Id, Cancellation);
                    break;
            }
            for (int question = 0; question < 4; question++)
                fromCells += await CompareAsync(random, org, $"seed {seed}, step {step}");
        }
        Assert.True(fromCells > 100, $"{fromCells} answers came from cells");

        await operations.RecomputeRollupsAsync(org.Id, Cancellation);
        Assert.Equal(
            0L,
            await ScalarAsync($"select count(*) from callintel_private.dirty_buckets where org_id = '{org.Id}'")
        );
        RollupCheck check = await operations.VerifyRollupsAsync(org.Id, Cancellation);
        Assert.Equal((true, 0), (check.Compared > 0, check.Wrong));
        for (int question = 0; question < 40; question++)
            await CompareAsync(random, org, $"seed {seed}, all computed");
    }

    /// <summary>Ends the connection of a computation at a random moment.</summary>
    async Task KillComputationAsync(Random random, TestOrg org)
    {
        string name = $"computation {random.Next()}";
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(fixture.Database.AdminConnectionString)
            {
                ApplicationName = name,
                Pooling = false,
            }.ConnectionString
        );
        CallIntelOperations worker = new(source);
        Task<RollupProgress> computation =
            random.Next(2) == 0
                ? worker.RebuildRollupsAsync(org.Id, Cancellation)
                : worker.RecomputeRollupsAsync(org.Id, Cancellation);
        await Task.Delay(random.Next(60), Cancellation);
        await ScalarAsync(
            $"""
            select count(pg_terminate_backend(pid)) from pg_catalog.pg_stat_activity
             where application_name = '{name}'
            """
        );
        try
        {
            await computation;
        }
        catch (Exception e) when (e is CallIntelException or NpgsqlException)
        {
            // It was killed before it ended.
        }
    }

    /// <summary>Asks a random question, with cells and without them.</summary>
    async Task<int> CompareAsync(Random random, TestOrg org, string history)
    {
        OrgRole role = random.GetItems([OrgRole.Admin, OrgRole.Viewer, OrgRole.Analyst, OrgRole.Member], 1)[0];
        DateTimeOffset from = Start.AddMinutes(random.Next(-600, 8000)),
            to = from.AddMinutes(random.Next(1, 9000));
        if (random.Next(2) == 0)
            (from, to) = (Start.AddDays(-2), Start.AddDays(9));
        string unit = random.GetItems(["hour", "day", "week", "month"], 1)[0],
            zone = random.GetItems(ZoneNames, 1)[0];
        object[] filter = await CreateFilterAsync(random, org);
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (
            NpgsqlBatch context = new(connection, transaction)
            {
                BatchCommands =
                {
                    fixture.Database.DataSource.Database.BeginCommand(org.As(role), (long)Permission.All),
                },
            }
        )
            await context.ExecuteNonQueryAsync(Cancellation);
        string[] withCells = await AnswerAsync();
        bool used = (bool)
            (
                await new NpgsqlCommand(
                    $"select callintel_private.has_cells('{from:u}', '{to:u}', '{unit}', '{zone}', null, null)",
                    connection,
                    transaction
                ).ExecuteScalarAsync(Cancellation)
            )!;
        await new NpgsqlCommand(
            $"delete from callintel_private.rollup_states where org_id = '{org.Id}'",
            connection,
            transaction
        ).ExecuteNonQueryAsync(Cancellation);
        string[] fromEvents = await AnswerAsync();
        string question =
            $"{history}: {role}, {from:u} to {to:u}, {unit} in {zone}, filter {string.Join(", ", filter)}";
        Assert.Equal([question, .. fromEvents], [question, .. withCells]);
        return used && fromEvents.Length > 0 ? 1 : 0;

        async Task<string[]> AnswerAsync()
        {
            await using NpgsqlCommand command = new(Figures, connection, transaction);
            foreach (object value in new object[] { from.UtcDateTime, to.UtcDateTime, unit, zone })
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            for (int i = 0; i < filter.Length; i++)
                command.Parameters.Add(new NpgsqlParameter { Value = filter[i], NpgsqlDbType = FilterTypes[i] });
            return (string[])(await command.ExecuteScalarAsync(Cancellation))!;
        }
    }

    static readonly NpgsqlDbType[] FilterTypes =
    [
        NpgsqlDbType.Smallint,
        NpgsqlDbType.Smallint,
        NpgsqlDbType.Smallint,
        NpgsqlDbType.Uuid,
        NpgsqlDbType.Uuid,
        NpgsqlDbType.Boolean,
    ];

    /// <summary>Channel, direction, outcome, member, line and business hours; most of them null.</summary>
    async Task<object[]> CreateFilterAsync(Random random, TestOrg org)
    {
        object[] filter = [.. Enumerable.Repeat(DBNull.Value, FilterTypes.Length)];
        for (int conditions = random.Next(3); conditions > 0; conditions--)
        {
            int place = random.Next(filter.Length);
            filter[place] = place switch
            {
                0 => (short)random.Next(1, 5),
                1 => (short)random.Next(1, 3),
                2 => (short)random.Next(0, 8),
                3 => random.GetItems([.. org.Members.Values], 1)[0].Value,
                4 => await ScalarAsync(
                    $"select line_id from callintel_private.lines where org_id = '{org.Id}' order by random() limit 1"
                ) ?? Guid.Empty,
                _ => random.Next(2) == 0,
            };
        }
        return filter;
    }

    static EventRecord Create(Random random, List<EventRecord> written, TestOrg org)
    {
        MemberId[] members = [.. org.Members.Values];
        EventChannel channel = (EventChannel)random.Next(1, 5);
        string? call = random.Next(2) == 0 ? null : $"call {random.Next(25)}";
        return new EventRecord
        {
            // Around a change of clocks, and in a few hours, so that records of a call are near each other.
            OccurredAt = Start
                .AddDays(random.Next(7))
                .AddHours(random.Next(3) == 0 ? random.Next(24) : random.Next(20, 26))
                .AddSeconds(random.Next(3600)),
            Channel = channel,
            Direction = (EventDirection)random.Next(1, 3),
            Outcome = (EventOutcome)random.Next(0, 8),
            Party = random.Next(9) == 0 ? null : $"+453212345{random.Next(6)}",
            Member = random.Next(3) == 0 ? null : members[random.Next(members.Length)],
            Duration = random.Next(3) == 0 ? null : TimeSpan.FromSeconds(random.Next(4000)),
            ExternalId = $"{written.Count}-{random.Next(1_000_000)}",
            TimeMayChange = true,
            Details =
                channel is not (EventChannel.Call or EventChannel.Voicemail) ? null
                : call is not null ? new() { ConversationId = call, OwnNumber = $"+453299990{random.Next(3)}" }
                : random.Next(3) == 0 && written.Count > 0
                    ? new() { ParentId = written[random.Next(written.Count)].ExternalId }
                : null,
        };
    }

    static EventRecord Change(Random random, EventRecord record, TestOrg org) =>
        random.Next(5) switch
        {
            0 => record with { OccurredAt = record.OccurredAt.AddMinutes(random.Next(-3000, 3000)) },
            1 => record with { Outcome = (EventOutcome)random.Next(1, 8) },
            2 => record with { Duration = TimeSpan.FromSeconds(random.Next(4000)) },
            3 => record with { Party = $"+453212345{random.Next(6)}" },
            _ => record with { Member = org.Members[OrgRole.Member], Direction = (EventDirection)random.Next(1, 3) },
        };

    static async Task WriteAsync(OrgSession session, EventRecord[] records, List<EventRecord> written)
    {
        await session.Ingestion.WriteAsync(Source, records, Cancellation);
        written.AddRange(records);
    }

    async Task SetRuleAsync(Random random, TestOrg org)
    {
        if (
            await ScalarAsync(
                $"select id from callintel_private.contacts where org_id = '{org.Id}' order by random() limit 1"
            )
            is not Guid contact
        )
            return;
        await using OrgSession owner = await fixture.Database.DataSource.OpenSessionAsync(
            org.As(OrgRole.Owner) with
            {
                Purpose = AccessPurpose.LegalObligation,
            },
            Cancellation
        );
        await owner.Privacy.SetAsync(
            new ContactId(contact),
            new PrivacyRule { Level = (PrivacyLevel)random.Next(0, 4) },
            Cancellation
        );
    }

    async Task<object?> ScalarAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
