using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Testing.Attacks;

namespace CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;

/// <summary>
/// Random statements reveal neither to a viewer nor to an attacker without a context whether rows of other orgs exist,
/// or what they contain.
/// </summary>
public sealed class DifferentialFuzzTests(ServerFixture server, ITestOutputHelper output)
{
    const int Lanes = 2;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Gets the versions of PostgreSQL. 15 and 18 need a server of their own, so only long tests include them.
    /// </summary>
    public static TheoryData<int> Majors => FuzzSize.IsLong ? [15, 17, 18] : [17];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Statements_give_the_same_result_for_values_that_exist_and_values_that_do_not(int major)
    {
        int pairs = FuzzSize.Choose(1_500, 200_000 / 3),
            seed = FuzzSize.Seed;
        bool shared = server.Server.MajorVersion == major || !FuzzSize.IsLong;
        await using PostgresServer? own = shared
            ? null
            : await PostgresServer.StartAsync(new PostgresServerOptions { MajorVersion = major }, Cancellation);
        await using MigratedTemplate? template = own is null
            ? null
            : await MigratedTemplate.CreateAsync(own, ServerFixture.PrepareAsync, Cancellation);
        await using AttackArena arena = await AttackArena.CreateAsync(
            template ?? server.Template,
            cancellationToken: Cancellation
        );

        DifferentialTally tally = await DifferentialFuzz.RunAsync(arena, pairs, seed, Lanes, Cancellation);

        output.WriteLine(
            $"PostgreSQL {major}, seed {seed}: {tally.Pairs} pairs, {tally.Answered} answered, "
                + $"{tally.Differences.Count} differences"
        );
        Assert.True(
            tally.Answered > tally.Pairs / 4,
            $"Only {tally.Answered} of {tally.Pairs} statements succeeded. The others prove nothing."
        );
        Assert.True(
            tally.Differences.Count == 0,
            $"seed {seed}, {tally.Differences.Count} differences:\n{string.Join("\n\n", tally.Differences.Take(20))}"
        );
    }

    /// <summary>
    /// Proves that the fuzzing finds leaks: here the application has a privilege on a table with a policy.
    /// </summary>
    [Fact]
    public async Task A_table_that_is_granted_to_the_application_leaks_and_is_detected()
    {
        await using AttackArena arena = await AttackArena.CreateAsync(server.Template, cancellationToken: Cancellation);
        await arena.AdminAsync(
            $"""
            create table callintel.granted_by_mistake (
                org_id uuid not null, id uuid not null, contact_id uuid, duration_s integer, primary key (org_id, id));
            insert into callintel.granted_by_mistake
            select '{arena.Victim.Id}', md5(n::text)::uuid, md5((n % 7)::text)::uuid, n
              from generate_series(1, 500) n;
            alter table callintel.granted_by_mistake enable row level security;
            alter table callintel.granted_by_mistake force row level security;
            create policy own_org on callintel.granted_by_mistake to callintel_app
                using (org_id = (select nullif(left(current_setting('callintel.context', true), 36), '')::uuid));
            grant select on callintel.granted_by_mistake to callintel_app;
            """,
            Cancellation
        );

        DifferentialTally tally = await DifferentialFuzz.RunAsync(
            arena,
            400,
            FuzzSize.Seed,
            Lanes,
            Cancellation,
            only: "granted_by_mistake"
        );

        output.WriteLine($"{tally.Pairs} pairs, {tally.Differences.Count} differences");
        Assert.True(
            tally.Differences.Count >= 10,
            $"Only {tally.Differences.Count} of {tally.Pairs} pairs reveal that rows exist."
        );
    }
}
