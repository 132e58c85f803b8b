using Microsoft.Data.Sqlite;

namespace CallIntel.Sdk.Importers.Sqlite;

/// <summary>An open database of an iPhone. Errors of SQLite are thrown as <see cref="IOException"/>.</summary>
sealed class PhoneDatabase : IDisposable
{
    readonly SqliteConnection _connection;
    readonly Dictionary<string, HashSet<string>> _columns = [];

    PhoneDatabase(SqliteConnection connection) => _connection = connection;

    internal bool HasMessages => Has("message", "date") && Has("message", "is_from_me") && Has("handle", "id");

    internal bool HasCalls => Has("ZCALLRECORD", "ZDATE") && Has("ZCALLRECORD", "ZORIGINATED");

    internal static PhoneDatabase Open(string path)
    {
        SqliteConnection connection = new(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false, // the file can be deleted after the import
            }.ToString()
        );
        try
        {
            connection.Open();
            return new PhoneDatabase(connection);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Unreadable(e);
        }
    }

    /// <summary>Whether a table has a column.</summary>
    internal bool Has(string table, string column)
    {
        if (!_columns.TryGetValue(table, out HashSet<string>? columns))
        {
            columns = new(StringComparer.OrdinalIgnoreCase);
            foreach (PhoneRow row in Read("select name from pragma_table_info($table)", ("$table", table)))
                columns.Add(row.Text("name") ?? "");
            _columns.Add(table, columns);
        }
        return columns.Contains(column);
    }

    /// <summary>Reads the rows of a query, one at a time.</summary>
    internal IEnumerable<PhoneRow> Read(string query, params (string Name, object Value)[] parameters)
    {
        using SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // the queries are constants, and names of columns that the database has
        command.CommandText = query;
#pragma warning restore CA2100
        foreach ((string name, object value) in parameters)
            command.Parameters.AddWithValue(name, value);
        using SqliteDataReader reader = Try(command.ExecuteReader);
        while (Try(reader.Read))
            yield return Try(() => PhoneRow.From(reader));
    }

    public void Dispose() => _connection.Dispose();

    static T Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException e)
        {
            throw Unreadable(e);
        }
    }

    static IOException Unreadable(SqliteException e) => new("The SQLite database could not be read.", e);
}
