using System.Text;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Documentation;

/// <summary>
/// Generates docs/data-dictionary.md from the comments in the database: the views and functions that queries of an
/// application can read.
/// </summary>
public sealed class DataDictionaryTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Path = "docs/data-dictionary.md";

    const string Introduction = """
        # Data dictionary

        The views and functions that [queries of your own](guides/own-queries.md) can read. A view shows the rows of
        the session's org that the member may see. Columns of the type `callintel.envelope` are encrypted; the SDK
        decrypts them. This page is generated from the comments in the database.

        """;

    /// <summary>The columns of a view, with its own comment or that of the table behind it.</summary>
    const string Views = """
        select v.relname,
               obj_description(v.oid, 'pg_class'),
               a.attname,
               format_type(a.atttypid, a.atttypmod),
               coalesce(col_description(v.oid, a.attnum), col_description(t.attrelid, t.attnum))
          from pg_catalog.pg_class v
          join pg_catalog.pg_attribute a on a.attrelid = v.oid and a.attnum > 0
          left join pg_catalog.pg_attribute t
            on t.attrelid = to_regclass('callintel_private.' || v.relname) and t.attname = a.attname
         where v.relnamespace = 'callintel'::regnamespace and v.relkind = 'v'
           and has_table_privilege('callintel_app', v.oid, 'select')
         order by v.relname collate "C", a.attnum
        """;

    /// <summary>The functions whose rows are rows of a view, which queries join like tables.</summary>
    const string Functions = """
        select f.proname,
               pg_get_function_arguments(f.oid),
               pg_get_function_result(f.oid),
               obj_description(f.oid, 'pg_proc')
          from pg_catalog.pg_proc f
          join pg_catalog.pg_class v on v.reltype = f.prorettype and v.relkind = 'v'
         where f.pronamespace = 'callintel'::regnamespace and f.proretset
           and has_function_privilege('callintel_app', f.oid, 'execute')
         order by f.proname collate "C"
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_data_dictionary_describes_every_column_that_an_application_can_read()
    {
        List<(string View, string? Purpose, string Column, string Type, string? Text)> columns = [];
        await using (NpgsqlCommand command = fixture.Database.Admin.CreateCommand(Views))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(Cancellation))
            while (await row.ReadAsync(Cancellation))
                columns.Add((row.GetString(0), Text(row, 1), row.GetString(2), row.GetString(3), Text(row, 4)));
        Assert.True(columns.Count > 200, $"{columns.Count} columns");

        StringBuilder page = new(Introduction);
        foreach (var view in columns.GroupBy(c => (c.View, c.Purpose)))
        {
            page.Append($"\n## callintel.{view.Key.View}\n{Wrap(view.Key.Purpose)}\n");
            page.Append("\n| column | type | meaning |\n|---|---|---|\n");
            foreach (var column in view)
                page.Append($"| `{column.Column}` | `{column.Type}` | {column.Text} |\n");
        }
        page.Append("\n## Functions\n| function | returns | meaning |\n|---|---|---|\n");
        await using (NpgsqlCommand command = fixture.Database.Admin.CreateCommand(Functions))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(Cancellation))
            while (await row.ReadAsync(Cancellation))
                page.Append(
                    $"| `callintel.{row.GetString(0)}({row.GetString(1)})` | `{row.GetString(2)}` | {Text(row, 3)} |\n"
                );

        Repository.AssertSnapshot(Path, page.ToString());
        Assert.All(columns, c => Assert.False(string.IsNullOrEmpty(c.Purpose), $"{c.View} has no comment"));
        Assert.All(columns, c => Assert.False(string.IsNullOrEmpty(c.Text), $"{c.View}.{c.Column} has no comment"));
    }

    /// <summary>Breaks prose into lines of at most 120 columns.</summary>
    static string Wrap(string? prose)
    {
        StringBuilder text = new();
        int column = 0;
        foreach (string word in (prose ?? "").Split(' '))
        {
            bool breaks = column + 1 + word.Length > 120;
            text.Append(
                    column == 0 ? ""
                    : breaks ? "\n"
                    : " "
                )
                .Append(word);
            column = breaks || column == 0 ? word.Length : column + 1 + word.Length;
        }
        return text.ToString();
    }

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
