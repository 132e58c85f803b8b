using System.Diagnostics;
using System.Text.RegularExpressions;
using CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Testing.Attacks;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Attacks;

/// <summary>
/// Runs every attack of the corpus, by every role, directly and through a pooler. No statement may reach another org.
/// </summary>
public sealed partial class AttackTests(ServerFixture server, ITestOutputHelper output)
{
    static readonly string Folder = Path.Combine(Repository.Root, "tests/CallIntel.Sdk.IntegrationTests/Attacks");

    /// <summary>
    /// Loads some variants of each file, or all of them with <c>CALLINTEL_LONG_TESTS=1</c>, which takes many times as
    /// long.
    /// </summary>
    static IReadOnlyList<Attack> Load(int variants) =>
        FuzzSize.IsLong ? AttackCorpus.Load(Folder) : AttackCorpus.FirstVariants(AttackCorpus.Load(Folder), variants);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(18)]
    public async Task No_attack_reaches_another_org(int major)
    {
        long started = Stopwatch.GetTimestamp();
        bool shared = server.Server.MajorVersion == major;
        await using PostgresServer? own = shared
            ? null
            : await PostgresServer.StartAsync(
                new PostgresServerOptions { MajorVersion = major, Progress = output.WriteLine },
                Cancellation
            );
        await using MigratedTemplate? template = own is null
            ? null
            : await MigratedTemplate.CreateAsync(own, ServerFixture.PrepareAsync, Cancellation);
        await using AttackArena arena = await AttackArena.CreateAsync(
            template ?? server.Template,
            cancellationToken: Cancellation
        );
        await using PgBouncerServer pooler = await PgBouncerServer.StartAsync(
            own ?? server.Server,
            new PgBouncerOptions { PoolSize = 20 },
            Cancellation
        );
        // The other versions differ in what a statement does, not in what a pooler or another variant does.
        IReadOnlyList<Attack> corpus = Load(variants: shared ? 2 : 1);
        Dictionary<string, string> routes = new() { ["directly"] = arena.Database.AppConnectionString };
        if (shared || FuzzSize.IsLong)
            routes["through a pooler"] = pooler.Through(arena.Database.AppConnectionString);

        AttackTally tally = await AttackSweep.RunAsync(arena, corpus, routes, Enum.GetValues<OrgRole>(), Cancellation);

        output.WriteLine(
            $"PostgreSQL {major}: attacks_run {tally.Run}, attacks_succeeded {tally.Succeeded}, "
                + $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"
        );
        Assert.True(tally.Failures.Count == 0, string.Join('\n', tally.Failures));
        Assert.Equal(0, tally.Succeeded);
        // every run demonstrates the side channels that the threat model accepts
        Assert.Equal(corpus.Where(a => a.AcceptedChannel is not null).Select(a => a.Id).Order(), tally.Crossed.Order());
    }

    /// <summary>Proves that the corpus can succeed: here policies trust a plain setting that names the org.</summary>
    [Fact]
    public async Task The_same_attacks_succeed_where_a_plain_setting_names_the_org()
    {
        IReadOnlyList<Attack> corpus = Load(variants: 1);
        await using AttackArena arena = await AttackArena.CreateAsync(server.Template, naive: true, Cancellation);

        AttackTally tally = await AttackSweep.RunAsync(
            arena,
            corpus,
            new Dictionary<string, string> { ["directly"] = arena.Database.AppConnectionString },
            [OrgRole.Owner],
            Cancellation
        );

        output.WriteLine($"{tally.Crossed.Count} of {corpus.Count} attacks succeed");
        string[] expected = [.. corpus.Where(a => a.CrossesNaive).Select(a => a.Id)];
        Assert.True(
            tally.Crossed.SetEquals(expected),
            $"These attacks are expected to succeed but failed: {string.Join(' ', expected.Except(tally.Crossed))}\n"
                + $"These are expected to fail but succeeded: {string.Join(' ', tally.Crossed.Except(expected))}"
        );
        int succeeding = corpus.Count(a => a is { CrossesNaive: true, AcceptedChannel: null });
        Assert.True(succeeding >= 25, $"Only {succeeding} attacks succeed, apart from accepted side channels.");
    }

    /// <summary>The attacks prove nothing about a table that contains no rows of the victim.</summary>
    [Fact]
    public async Task The_victim_has_rows_in_every_table()
    {
        await using AttackArena arena = await AttackArena.CreateAsync(server.Template, cancellationToken: Cancellation);
        foreach (string table in await AccessMatrix.TablesAsync(arena.Database, Cancellation))
        {
            await using NpgsqlCommand count = arena.Database.Admin.CreateCommand(
                $"select count(*) from callintel_private.{table} where org_id = '{arena.Victim.Id}'"
            );
            Assert.True(
                (long)(await count.ExecuteScalarAsync(Cancellation))! > 0,
                $"{table} contains no rows of the victim. Insert some in seed.sql."
            );
        }
    }

    [Fact]
    public void The_threat_model_lists_exactly_the_side_channels_that_the_corpus_accepts()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/threat-model.md"));
        string[] listed = [.. ListedChannel().Matches(page).Select(m => m.Groups["id"].Value).Order()];
        IReadOnlyList<Attack> corpus = AttackCorpus.Load(Folder);

        Assert.NotEmpty(listed);
        Assert.Equal(
            corpus.Where(a => a.AcceptedChannel is not null).Select(a => a.AcceptedChannel!).Distinct().Order(),
            listed
        );
        // the page names only attacks that exist
        string[] named = [.. NamedAttack().Matches(page).Select(m => m.Groups["id"].Value)];
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(corpus.Select(a => a.File)));
    }

    [Fact]
    public void The_corpus_contains_at_least_100_attacks_and_none_twice()
    {
        IReadOnlyList<Attack> corpus = AttackCorpus.Load(Folder);
        Assert.True(corpus.Count >= 100, $"{corpus.Count} attacks");
        Assert.Equal(
            corpus.Count,
            corpus
                .Select(a => string.Concat(a.Steps.Select(s => s.Sql)) + string.Concat(a.Expected.Keys))
                .Distinct()
                .Count()
        );
        Assert.All(Enum.GetValues<OrgRole>(), role => Assert.Contains(corpus, a => a.Expected.ContainsKey(role)));
    }

    [Theory]
    [InlineData("select 1")]
    [InlineData("-- name: a\n-- claim: b\n-- naive: holds\nselect 1")]
    [InlineData("-- name: a\n-- claim: b\n-- naive: maybe\n-- expect: CI001\nselect 1")]
    [InlineData("-- name: a\n-- claim: b\n-- naive: holds\n-- expect: CI001\n-- @leap\nselect 1")]
    [InlineData("-- name: a\n-- claim: b\n-- naive: holds\n-- expect: CI001\n")]
    public void Invalid_attack_files_are_rejected(string text) =>
        Assert.Throws<InvalidDataException>(() => AttackCorpus.Parse("bad", text.Split('\n')));

    [Fact]
    public void Indented_comments_continue_a_field_of_the_header()
    {
        string[] lines =
        [
            "-- name: a",
            "-- claim: b",
            "-- naive: holds",
            "-- expect: CI001 or",
            "--     42501",
            "-- with v: condition = t.id = 1",
            "--     and t.level = 2 | column = id",
            "select {column} where {condition}",
        ];

        Attack attack = Assert.Single(AttackCorpus.Parse("long", lines));

        Assert.Equal("long/v", attack.Id);
        Assert.Equal("select id where t.id = 1 and t.level = 2", Assert.Single(attack.Steps).Sql);
        Assert.True(attack.Expected[OrgRole.Owner].IsMetBy("42501"));
    }

    [GeneratedRegex(@"^\| `accepted: (?<id>[a-z-]+)`", RegexOptions.Multiline)]
    private static partial Regex ListedChannel();

    [GeneratedRegex(@"`(?<id>[a-z0-9-]+)\.sql`")]
    private static partial Regex NamedAttack();
}
