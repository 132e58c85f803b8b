using System.Globalization;
using System.Text;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Tests the access of every role to every table, for every verb, in its own and in a foreign org. The expected result
/// is a checked-in table.
/// </summary>
public sealed class AccessMatrixTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Snapshot = "tests/CallIntel.Sdk.IntegrationTests/Access/access-matrix.snapshot.txt";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_role_has_exactly_the_access_in_the_matrix_and_none_to_another_org()
    {
        await SampleRows.SeedAsync(fixture.Database, fixture.Own);
        await SampleRows.SeedAsync(fixture.Database, fixture.Foreign);

        IReadOnlyList<AccessAttempt> attempts = await AccessMatrix.TryAllAsync(
            fixture.Database,
            fixture.Own,
            fixture.Foreign,
            Cancellation
        );

        Assert.DoesNotContain(attempts, a => !a.Own && a.Reached);
        Repository.AssertSnapshot(Snapshot, Format([.. attempts.Where(a => a.Own)]));
    }

    [Fact]
    public async Task Every_statement_on_every_table_fails_without_a_session_context()
    {
        await SampleRows.SeedAsync(fixture.Database, await fixture.Database.CreateOrgAsync("no context", Cancellation));
        await using NpgsqlDataSource app = NpgsqlDataSource.Create(fixture.Database.AppConnectionString);
        IReadOnlyList<string> tables = await AccessMatrix.TablesAsync(fixture.Database, Cancellation);
        Assert.NotEmpty(tables);
        foreach (string table in tables)
        {
            foreach (string sql in new[] { $"select * from callintel.{table}", $"table callintel.{table}" })
            {
                await using NpgsqlCommand command = app.CreateCommand(sql);
                Assert.Equal(
                    (sql, "CI001"),
                    (
                        sql,
                        (
                            await Assert.ThrowsAsync<PostgresException>(() =>
                                command.ExecuteNonQueryAsync(Cancellation)
                            )
                        ).SqlState
                    )
                );
            }
            await using NpgsqlCommand delete = app.CreateCommand($"delete from callintel.{table}");
            AssertRaised(await Assert.ThrowsAsync<PostgresException>(() => delete.ExecuteNonQueryAsync(Cancellation)));
            // COPY TO of a query applies the policies
            await using NpgsqlConnection connection = await app.OpenConnectionAsync(Cancellation);
            AssertRaised(
                await Assert.ThrowsAsync<PostgresException>(async () =>
                {
                    await using Stream copy = await connection.BeginRawBinaryCopyAsync(
                        $"copy (table callintel.{table}) to stdout (format binary)",
                        Cancellation
                    );
                    await copy.CopyToAsync(Stream.Null, Cancellation);
                })
            );
        }

        static void AssertRaised(PostgresException error) =>
            Assert.Contains(
                error.SqlState,
                (string[])
                    ["CI001", PostgresErrorCodes.InsufficientPrivilege, PostgresErrorCodes.ObjectNotInPrerequisiteState]
            );
    }

    static string Format(List<AccessAttempt> attempts)
    {
        OrgRole[] roles = Enum.GetValues<OrgRole>();
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{"table", -22}{"verb", -8}")
            .AppendJoin("", roles.Select(r => $"{r.ToString().ToLowerInvariant(), -10}"))
            .Append('\n');
        foreach (IGrouping<(string, string), AccessAttempt> row in attempts.GroupBy(a => (a.Table, a.Verb)))
            text.Append(CultureInfo.InvariantCulture, $"{row.Key.Item1, -22}{row.Key.Item2, -8}")
                .AppendJoin("", roles.Select(role => $"{row.Single(a => a.Role == role).Outcome, -10}"))
                .Append('\n');
        return string.Join('\n', text.ToString().Split('\n').Select(l => l.TrimEnd()));
    }
}
