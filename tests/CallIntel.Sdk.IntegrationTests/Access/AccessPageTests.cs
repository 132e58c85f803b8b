using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Access;

/// <summary>
/// Compares docs/rls.md with the permission enumeration and with the matrix, policies and functions in SQL.
/// </summary>
public sealed partial class AccessPageTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly string[] Page = File.ReadAllLines(Path.Combine(Repository.Root, "docs/rls.md"));

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_permission_matrix_in_the_documentation_matches_SQL_and_the_enumeration()
    {
        string[] head = Cells(Page.Single(line => line.StartsWith("| bit | permission |", StringComparison.Ordinal)));
        List<(Permission Bit, string Name, string[] Marks)> rows =
        [
            .. Page.Where(line => BitRow().IsMatch(line))
                .Select(Cells)
                .Select(c => ((Permission)long.Parse(c[0], CultureInfo.InvariantCulture), c[1].Split(':')[0], c[2..])),
        ];
        Assert.Equal(
            Enum.GetValues<Permission>()
                .Where(p => p is not (Permission.None or Permission.All))
                .Select(p => (p, p.ToString())),
            rows.Select(row => (row.Bit, row.Name))
        );
        Assert.Equal(Permission.All, rows.Aggregate(Permission.None, (all, row) => all | row.Bit));
        Assert.All(rows.SelectMany(row => row.Marks), mark => Assert.Contains(mark, (string[])["", "x"]));

        Dictionary<string, long> page = head[2..]
            .Select((role, i) => (role, Sum: rows.Where(row => row.Marks[i] == "x").Sum(row => (long)row.Bit)))
            .ToDictionary(r => r.role, r => r.Sum);
        Dictionary<string, long> matrix = (
            await ListAsync("select name, permissions::text from callintel_private.role_permissions")
        ).ToDictionary(row => row[0], row => long.Parse(row[1], CultureInfo.InvariantCulture));
        Assert.Equal(matrix, page);
        Assert.Equal(Enum.GetValues<OrgRole>().Select(role => role.ToString().ToLowerInvariant()), head[2..]);
        string[] sums = Cells(Page.Single(line => line.StartsWith("| | sum |", StringComparison.Ordinal)))[2..];
        Assert.Equal(head[2..].Select(role => matrix[role].ToString(CultureInfo.InvariantCulture)), sums);
    }

    [Fact]
    public async Task Every_permission_bit_is_checked_by_a_policy_or_a_function()
    {
        List<string[]> texts = await ListAsync(
            """
            select concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)), ''
              from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
             where c.relnamespace = 'callintel_private'::regnamespace
            union all
            select regexp_replace(pg_get_viewdef('callintel_private.trusted_context'::regclass), '::bigint & ',
                   'permissions & ', 'g'), ''
            union all
            select f.prosrc, '' from pg_catalog.pg_proc f
             where f.pronamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
            """
        );
        Permission asked = texts
            .SelectMany(text => Asking().Matches(text[0]))
            .Aggregate(Permission.None, (all, match) =>
                all | (Permission)long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            );
        Assert.Equal(Permission.None, Permission.All & ~asked);
    }

    [Fact]
    public async Task The_documentation_lists_exactly_the_policies_that_exist()
    {
        HashSet<string> catalogue =
        [
            .. (
                await ListAsync(
                    """
                    select case when p.polname = 'Backups read every row'
                           then 'every table and every partition' else c.relname end || ': ' || p.polname,
                           case p.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w'
                               then 'update' else 'delete' end
                           || ' to ' || array_to_string(array(select x::regrole::text from unnest(p.polroles) x), ',')
                      from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
                     where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
                    """
                )
            ).Select(row => $"{row[0]} {row[1]}"),
        ];
        int start = Array.FindIndex(Page, line => line.StartsWith("| tables | policy |", StringComparison.Ordinal));
        List<string> page =
        [
            .. from line in Page.Skip(start + 2).TakeWhile(line => line.StartsWith('|'))
            let cells = Cells(line)
            from table in cells[0].Split(", ")
            select $"{table}: {cells[1][..Math.Min(63, cells[1].Length)]} {cells[2]} to {cells[3]}",
        ];
        Assert.Empty(catalogue.Except(page));
        Assert.Empty(page.Except(catalogue));
        Assert.Equal(page.Count, page.Distinct().Count());
        Assert.All(Page.Skip(start + 2).TakeWhile(line => line.StartsWith('|')), line =>
            Assert.DoesNotContain("", Cells(line))
        );
    }

    [Fact]
    public async Task The_documentation_lists_every_callable_function_exactly_once()
    {
        IEnumerable<string> catalogue = (
            await ListAsync(
                """
                select distinct f.proname::text, '' from pg_catalog.pg_proc f
                 where f.pronamespace = 'callintel'::regnamespace
                   and has_function_privilege('callintel_app', f.oid, 'execute')
                """
            )
        ).Select(row => row[0]).Order(StringComparer.Ordinal);
        IEnumerable<string> page = Page.SkipWhile(line => line != "### Functions an application may call")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Cells(line)[0].Split(", "))
            .Select(name => name.Trim('`').Split('(')[0])
            .Order(StringComparer.Ordinal);
        Assert.Equal(catalogue, page);
    }

    static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];

    async Task<List<string[]>> ListAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        List<string[]> rows = [];
        while (await reader.ReadAsync(Cancellation))
            rows.Add([reader.GetString(0), reader.GetString(1)]);
        return rows;
    }

    [GeneratedRegex(@"^\| \d+ \| \w+")]
    private static partial Regex BitRow();

    [GeneratedRegex(@"(?:permissions & \(?'?|require\(|require_any\(|lock_roles\(|require_still\()(\d+)")]
    private static partial Regex Asking();
}
