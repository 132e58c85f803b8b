using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Staging;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>The columns of an event are listed in C# and in <c>R__event_columns.sql</c>; the lists agree.</summary>
public sealed class EventColumnTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    [Fact]
    public async Task Columns_that_the_SDK_sends_are_those_of_a_batch_in_the_database()
    {
        string[] sent = [.. EventColumns.All.Select(column => column.Name)];
        Assert.Equal(sent, await ListAsync("select unnest(callintel_private.reported_columns())"));
        Assert.Equal(sent, await ListAsync(Attributes("callintel_private.event_arrays")));
        Assert.Equal(sent.Prepend("place"), await ListAsync(Attributes("callintel_private.reported_event")));
        Assert.Equal(
            sent.Append("place").Order(StringComparer.Ordinal),
            (await ListAsync(Attributes("callintel.staging_0"))).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task An_event_stores_every_column_of_a_new_record_that_is_no_content()
    {
        string[] copied = await ListAsync("select unnest(callintel_private.copied_columns())");
        Assert.Equal(EventColumns.Metadata.Select(column => column.Name), copied.Where(name => name != "member_id"));
        Assert.Empty((await ListAsync("select unnest(callintel_private.replaced_columns())")).Except(copied));
        Assert.Equal(
            copied.Union(["org_id", "source_id", "contact_id", "level", "merged_from"]).Order(StringComparer.Ordinal),
            (await ListAsync(Attributes("callintel_private.events"))).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Columns_that_the_SDK_reads_are_those_of_the_view_of_events()
    {
        string[] readable = await ListAsync(Attributes("callintel.events"));
        Assert.Equal(
            ConversationEvent.Columns.Append("org_id").Order(StringComparer.Ordinal),
            readable.Order(StringComparer.Ordinal)
        );
        Assert.Equal(readable, await ListAsync(Attributes("callintel_private.readable_events")));
        Assert.Equal(readable, (await ListAsync(Attributes("callintel_private.events_with_content")))[5..]);
    }

    [Fact]
    public async Task The_migration_in_the_guide_adds_a_column_to_every_table_and_type()
    {
        string guide = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/guides/add-a-column.md"),
            TestContext.Current.CancellationToken
        );
        string migration = guide.Split("```sql\n")[1].Split("```")[0];
        const string Holders = """
            select c.oid::regclass::text from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
             where a.attname = $1 and c.relkind in ('r', 'p', 'c') and not c.relispartition
             order by c.oid::regclass::text
            """;
        await using NpgsqlConnection connection = await fixture.Database.Admin.OpenConnectionAsync(
            TestContext.Current.CancellationToken
        );
        await using NpgsqlTransaction undone = await connection.BeginTransactionAsync(
            TestContext.Current.CancellationToken
        );
        await using (NpgsqlCommand command = new(migration, connection))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        Assert.Equal(await HoldersAsync("utc_offset_minutes"), await HoldersAsync("hold_s"));

        async Task<List<string>> HoldersAsync(string column)
        {
            await using NpgsqlCommand command = new(Holders, connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = column });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(
                TestContext.Current.CancellationToken
            );
            List<string> names = [];
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
                names.Add(reader.GetString(0));
            return names;
        }
    }

    static string Attributes(string relation) =>
        $"""
            select a.attname::text from pg_catalog.pg_attribute a
             where a.attrelid = '{relation}'::regclass and a.attnum > 0 and not a.attisdropped
             order by a.attnum
            """;

    async Task<string[]> ListAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> names = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            names.Add(reader.GetString(0));
        return [.. names];
    }
}
