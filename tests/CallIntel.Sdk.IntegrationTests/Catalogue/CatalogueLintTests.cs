using System.Text.RegularExpressions;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Catalogue;

/// <summary>
/// Tests that all objects of the SQL package follow the rules. A rule is a query that returns violations.
/// </summary>
public sealed partial class CatalogueLintTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly Dictionary<string, string> Rules = new(
        CitusRules
            .Rules.Concat(CatalogueRules.OfTables)
            .Concat(CatalogueRules.OfPolicies)
            .Concat(CatalogueRules.OfCode)
            .Concat(AuditRules.Rules)
    );

    public static TheoryData<string> Names { get; } = [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_schema_follows_the_rule(string name)
    {
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(
            TestContext.Current.CancellationToken
        );
        Assert.Empty(await BrokenAsync(connection, name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_rule_detects_every_planted_violation(string name)
    {
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(
            TestContext.Current.CancellationToken
        );
        foreach (string violation in PlantedViolations.OfRule[name])
        {
            await using NpgsqlTransaction takenBack = await connection.BeginTransactionAsync(
                TestContext.Current.CancellationToken
            );
            await using NpgsqlCommand plant = new(violation, connection);
            await plant.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            Assert.True((await BrokenAsync(connection, name)).Count > 0, violation);
        }
    }

    [Fact]
    public async Task The_SQL_templates_of_the_guide_follow_every_rule()
    {
        string guide = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/guides/sql-templates.md"),
            TestContext.Current.CancellationToken
        );
        string[] templates = [.. Template().Matches(guide).Select(match => match.Groups[1].Value)];
        Assert.Equal(5, templates.Length);
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(
            TestContext.Current.CancellationToken
        );
        await using NpgsqlTransaction rolledBack = await connection.BeginTransactionAsync(
            TestContext.Current.CancellationToken
        );
        foreach (string template in templates)
        {
            await using NpgsqlCommand command = new(template, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        // as R__version.sql does with every migration
        await using (NpgsqlCommand attach = new("select callintel_private.attach_all_audit_triggers()", connection))
            await attach.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        foreach (string name in Rules.Keys)
            Assert.Equal((name, ""), (name, string.Join(", ", await BrokenAsync(connection, name))));
    }

    static async Task<List<string>> BrokenAsync(NpgsqlConnection connection, string name)
    {
        List<string> broken = [];
        await using NpgsqlCommand command = new(Rules[name], connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            broken.Add(reader.GetString(0));
        return broken;
    }

    [Fact]
    public async Task The_permission_matrix_in_SQL_matches_the_enumeration()
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            "select role, name, permissions from callintel_private.role_permissions"
        );
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Dictionary<OrgRole, Permission> matrix = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            OrgRole role = (OrgRole)reader.GetInt16(0);
            Assert.Equal(role.ToString(), reader.GetString(1), ignoreCase: true);
            matrix.Add(role, (Permission)reader.GetInt64(2));
        }
        const Permission Facts = Permission.ReadEvents | Permission.ReadAllEvents | Permission.ReadDashboards;
        const Permission People = Permission.ReadContent | Permission.ReadContacts;
        Assert.Equal(
            new()
            {
                [OrgRole.Ingester] = Permission.Ingest | Permission.IngestForAll,
                [OrgRole.Viewer] = Facts,
                [OrgRole.Member] =
                    (Facts & ~Permission.ReadAllEvents) | People | Permission.Ingest | Permission.WriteContacts,
                [OrgRole.Analyst] = Facts | People,
                [OrgRole.Admin] = Permission.All & ~(Permission.ManageKeys | Permission.TransferOwnership),
                [OrgRole.Owner] = Permission.All,
            },
            matrix
        );
    }

    [GeneratedRegex("^```sql$(.+?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Template();
}
