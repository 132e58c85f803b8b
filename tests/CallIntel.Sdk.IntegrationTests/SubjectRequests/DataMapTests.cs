using CallIntel.Sdk.SubjectRequests;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>The data map lists the tables and columns of the migrated database, and nothing else.</summary>
public sealed class DataMapTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    /// <summary>Columns of tables, without partitions. The eight staging slots count as one table.</summary>
    const string ColumnsSql = """
        select distinct regexp_replace(c.relname, '^staging_\d$', 'staging') || '.' || a.attname
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
           and c.relkind in ('r', 'p') and not c.relispartition
        """;

    /// <summary>Columns that can hold the id of a contact by their name.</summary>
    const string SubjectColumnsSql = """
        select distinct regexp_replace(c.relname, '^staging_\d$', 'staging') || '.' || a.attname
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relnamespace in ('callintel'::regnamespace, 'callintel_private'::regnamespace)
           and c.relkind in ('r', 'p') and not c.relispartition
           and a.attname in ('contact_id', 'contact_ids', 'party_id', 'merged_from', 'merged_into', 'sealed_for',
                             'copied_from', 'subject_id')
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_column_of_the_database_has_a_class_and_no_other_column_is_listed()
    {
        string[] stored = await ListAsync(ColumnsSql);
        string[] listed = [.. DataMap.Tables.SelectMany(t => t.Columns.Select(c => $"{t.Name}.{c.Name}"))];
        Assert.Equal([], stored.Except(listed).Order());
        Assert.Equal([], listed.Except(stored).Order());
        Assert.Equal(listed.Length, listed.Distinct().Count());
    }

    [Fact]
    public async Task A_column_that_is_added_without_a_class_is_found()
    {
        await using TestDatabaseChange change = await TestDatabaseChange.StartAsync(
            fixture.Database.Admin,
            "alter table callintel_private.contacts add column nickname text"
        );
        string[] listed = [.. DataMap.Tables.SelectMany(t => t.Columns.Select(c => $"{t.Name}.{c.Name}"))];
        Assert.Equal(["contacts.nickname"], (await change.ListAsync(ColumnsSql)).Except(listed));
    }

    [Fact]
    public async Task Columns_with_ids_of_contacts_are_subject_paths()
    {
        string[] subjects =
        [
            .. DataMap.Tables.SelectMany(t => t.Columns.Where(c => c.IsSubject).Select(c => $"{t.Name}.{c.Name}")),
        ];
        Assert.Equal([], (await ListAsync(SubjectColumnsSql)).Except(subjects).Order());
        Assert.All(DataMap.Tables, t => Assert.Equal(t.Path is SubjectPath.Contact, t.Columns.Any(c => c.IsSubject)));
    }

    [Fact]
    public async Task Encrypted_columns_are_identifiers_or_content()
    {
        string[] envelopes = await ListAsync(
            """
            select distinct c.relname || '.' || a.attname
              from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
             where c.relnamespace = 'callintel_private'::regnamespace and c.relkind in ('r', 'p')
               and not c.relispartition and a.atttypid = 'callintel.envelope'::regtype
            """
        );
        string[] protectedColumns =
        [
            .. DataMap.Tables.SelectMany(t =>
                t.Columns.Where(c => c.Class is DataClass.Identifier or DataClass.Content)
                    .Select(c => $"{t.Name}.{c.Name}")
            ),
        ];
        Assert.NotEmpty(envelopes);
        Assert.Equal([], envelopes.Except(protectedColumns).Order());
    }

    [Fact]
    public void Rows_that_are_kept_have_a_reason()
    {
        Assert.All(
            DataMap.Tables.Where(t =>
                t.Action is ErasureAction.Keep or ErasureAction.CryptoShred or ErasureAction.Anonymize
            ),
            t => Assert.False(string.IsNullOrWhiteSpace(t.Reason), t.Name)
        );
    }

    [Fact]
    public void The_page_of_the_data_map_is_up_to_date()
    {
        Repository.AssertSnapshot("docs/data-map.md", DataMap.ToMarkdown());
    }

    async Task<string[]> ListAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        return await RowsOf(command);
    }

    static async Task<string[]> RowsOf(NpgsqlCommand command)
    {
        List<string> rows = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
            rows.Add(reader.GetString(0));
        return [.. rows];
    }

    /// <summary>A change of the schema that is rolled back.</summary>
    sealed class TestDatabaseChange(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        internal static async Task<TestDatabaseChange> StartAsync(NpgsqlDataSource source, string sql)
        {
            NpgsqlConnection connection = await source.OpenConnectionAsync(Cancellation);
            NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
            await using NpgsqlCommand command = new(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(Cancellation);
            return new TestDatabaseChange(connection, transaction);
        }

        internal async Task<string[]> ListAsync(string sql)
        {
            await using NpgsqlCommand command = new(sql, connection, transaction);
            return await RowsOf(command);
        }

        public async ValueTask DisposeAsync()
        {
            await transaction.RollbackAsync(CancellationToken.None);
            await connection.DisposeAsync();
        }
    }
}
