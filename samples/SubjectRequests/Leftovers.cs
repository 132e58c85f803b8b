using System.Globalization;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.SubjectRequestsSample;

/// <summary>Looks for a person in the database, as its owner.</summary>
static class Leftovers
{
    /// <returns>The number of rows with the id of the contact, for each table that can have any.</returns>
    public static async Task<IReadOnlyList<(DataMapTable Table, long Rows)>> FindAsync(
        NpgsqlDataSource admin,
        ContactId person,
        CancellationToken stop
    )
    {
        List<(DataMapTable, long)> found = [];
        foreach (DataMapTable table in DataMap.Tables.Where(table => table.Path is SubjectPath.Contact))
        {
            // The staging slots are empty tables of one import each, which the map lists as one.
            if (table.Name == "staging")
                continue;
            IEnumerable<string> conditions = table
                .Columns.Where(column => column.IsSubject)
                .Select(column => $"to_jsonb(t.\"{column.Name}\")::text like '%' || $1 || '%'");
            await using NpgsqlCommand command = admin.CreateCommand(
                $"select count(*) from callintel_private.\"{table.Name}\" t where {string.Join(" or ", conditions)}"
            );
            command.Parameters.Add(new NpgsqlParameter { Value = person.Value.ToString() });
            object? rows = await command.ExecuteScalarAsync(stop);
            found.Add((table, Convert.ToInt64(rows, CultureInfo.InvariantCulture)));
        }
        return found;
    }

    /// <summary>Whether the data map says that rows stay, and why.</summary>
    public static bool IsKept(this DataMapTable table) =>
        table.Action is ErasureAction.Keep or ErasureAction.CryptoShred;
}
