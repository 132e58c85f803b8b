using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Testing.Attacks;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;

/// <summary>
/// Random sequences of statements of three orgs whose rows contain marks. No statement reads or changes rows of another
/// org.
/// </summary>
public sealed class StatementFuzzTests(ServerFixture server, ITestOutputHelper output)
{
    const int Lanes = 4;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_sequence_of_random_statements_reaches_another_org()
    {
        int sequences = FuzzSize.Choose(2_000, 100_000),
            seed = FuzzSize.Seed;
        await using AttackArena arena = await AttackArena.CreateAsync(server.Template, cancellationToken: Cancellation);
        List<(TestOrg Org, string Mark)> orgs = [];
        for (int i = 0; i < 3; i++)
        {
            (TestOrg org, _, string mark) = await arena.AddOrgAsync(Cancellation);
            orgs.Add((org, mark));
        }
        await arena.PrepareAsync(Cancellation);
        string victim = await arena.ChecksumAsync(Cancellation);

        long[] seen = await Task.WhenAll(
            Enumerable.Range(0, Lanes).Select(lane => RunLaneAsync(arena, orgs, seed + lane, sequences / Lanes))
        );

        output.WriteLine($"seed {seed}: {sequences} sequences, {seen.Sum()} rows of own orgs seen");
        Assert.True(seen.Sum() > sequences, "The statements read too few rows to prove anything.");
        // Each contact belongs to an org of its creator, so nobody wrote into another org.
        await using NpgsqlCommand misplaced = arena.Database.Admin.CreateCommand(
            """
            select count(*) from callintel_private.contacts c
             where not exists (select from callintel_private.org_roles r
                                where r.org_id = c.org_id and r.member_id = c.created_by)
            """
        );
        Assert.Equal(0L, await misplaced.ExecuteScalarAsync(Cancellation));
        Assert.Equal(victim, await arena.ChecksumAsync(Cancellation));
    }

    static async Task<long> RunLaneAsync(
        AttackArena arena,
        List<(TestOrg Org, string Mark)> orgs,
        int seed,
        int sequences
    )
    {
        Random random = new(seed);
        StatementGrammar grammar = new(random, [.. orgs.Select(o => o.Org)]);
        OrgRole[] roles = Enum.GetValues<OrgRole>();
        long seen = 0;
        // PostgreSQL would compile plans with a high estimated cost, which takes ten seconds for the policies of a
        // MERGE whose only join method is disabled.
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(arena.Database.AppConnectionString)
            {
                IncludeErrorDetail = true,
                NoResetOnClose = true,
                Options = "-c jit=off",
            }.ConnectionString
        );
        for (int i = 0; i < sequences; i++)
        {
            int own = random.Next(orgs.Count);
            List<string> sent = [];
            try
            {
                await using NpgsqlConnection connection = await source.OpenConnectionAsync(Cancellation);
                await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
                await using (
                    NpgsqlBatch begin = new(connection)
                    {
                        BatchCommands =
                        {
                            arena.Database.DataSource.Database.BeginCommand(
                                orgs[own].Org.As(roles[random.Next(roles.Length)])
                            ),
                        },
                    }
                )
                    await begin.ExecuteNonQueryAsync(Cancellation);
                for (int n = random.Next(1, 5); n > 0; n--)
                {
                    sent.Add(grammar.Statement());
                    seen += await SendAsync(connection, sent[^1], orgs, own);
                }
                if (random.Next(10) == 0)
                    await transaction.CommitAsync(Cancellation);
            }
            catch (PostgresException e)
            {
                AssertOwn($"{e.MessageText} {e.Detail} {e.Where}", orgs, own, echoes: true);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new InvalidOperationException($"seed {seed}, sequence {i}:\n{string.Join(";\n", sent)}", e);
            }
        }
        return seen;
    }

    static async Task<long> SendAsync(
        NpgsqlConnection connection,
        string sql,
        List<(TestOrg Org, string Mark)> orgs,
        int own
    )
    {
        await using NpgsqlCommand command = new(sql, connection) { AllResultTypesAreUnknown = true };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        // a plan repeats the literals of the statement
        bool echoes = sql.StartsWith("explain", StringComparison.Ordinal);
        long rows = 0;
        for (; await reader.ReadAsync(Cancellation); rows++)
        for (int i = 0; i < reader.FieldCount; i++)
            if (!reader.IsDBNull(i))
                AssertOwn(reader.GetString(i), orgs, own, echoes);
        return rows;
    }

    /// <summary>Throws if a text that the server returned contains a value of another org.</summary>
    /// <param name="text">The text.</param>
    /// <param name="orgs">All orgs.</param>
    /// <param name="own">The index of the org of the session.</param>
    /// <param name="echoes">Whether the text may repeat ids of the statement. Marks are never allowed.</param>
    static void AssertOwn(string text, List<(TestOrg Org, string Mark)> orgs, int own, bool echoes)
    {
        for (int i = 0; i < orgs.Count; i++)
            if (
                i != own
                && (
                    text.Contains(orgs[i].Mark, StringComparison.Ordinal)
                    || (!echoes && text.Contains(orgs[i].Org.Id.ToString(), StringComparison.OrdinalIgnoreCase))
                )
            )
                throw new InvalidOperationException("The server returned a value of another org.");
        if (text.Contains("canary", StringComparison.Ordinal))
            throw new InvalidOperationException("The server returned a value of the victim.");
    }
}
