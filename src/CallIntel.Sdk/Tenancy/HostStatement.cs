using System.Buffers;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// Checks which statements an application may send through a session: statements that read or write rows, but no
/// commands that change the state of the connection.
/// </summary>
/// <remarks>
/// PREPARE and DEALLOCATE share a namespace with the statements that the driver prepares, and a pooled connection
/// serves all orgs. An application that replaced one of the SDK's prepared statements would have its own statement run
/// in the context of another org. DO can execute both commands. A protocol message contains exactly one statement, so
/// checking its first word is sufficient. The allowed statements cannot execute commands: the functions of PostgreSQL
/// that run SQL text inside a query, such as <c>query_to_xml</c>, run it read-only.
/// </remarks>
static class HostStatement
{
    static readonly HashSet<string> Allowed = new(StringComparer.OrdinalIgnoreCase)
    {
        "select",
        "with",
        "values",
        "table",
        "insert",
        "update",
        "delete",
        "merge",
        "explain",
    };

    static readonly SearchValues<char> Letters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    );

    internal static void ThrowIfRefused(string sql)
    {
        ReadOnlySpan<char> rest = SkipBlanks(sql);
        int length = rest.IndexOfAnyExcept(Letters);
        if (!Allowed.GetAlternateLookup<ReadOnlySpan<char>>().Contains(length < 0 ? rest : rest[..length]))
            throw new CallIntelException(
                ErrorCodes.StatementRefused,
                "The statement does not begin with a word that is allowed in a session.",
                "Begin it with select, with, values, table, insert, update, delete, merge or explain. "
                    + "Run other commands on a separate connection."
            );
    }

    /// <summary>Skips white space, opening parentheses and comments. Block comments nest in PostgreSQL.</summary>
    static ReadOnlySpan<char> SkipBlanks(ReadOnlySpan<char> sql)
    {
        while (true)
        {
            sql = sql.TrimStart(" \t\n\r\f\v(");
            if (sql.StartsWith("--"))
            {
                int end = sql.IndexOfAny('\n', '\r');
                sql = end < 0 ? default : sql[end..];
            }
            else if (sql.StartsWith("/*"))
                sql = SkipComment(sql);
            else
                return sql;
        }
    }

    static ReadOnlySpan<char> SkipComment(ReadOnlySpan<char> sql)
    {
        int depth = 0;
        for (int i = 0; i + 1 < sql.Length; i++)
        {
            ReadOnlySpan<char> two = sql.Slice(i, 2);
            if (two is "/*" or "*/")
            {
                depth += two is "/*" ? 1 : -1;
                i++;
                if (depth == 0)
                    return sql[(i + 1)..];
            }
        }
        return default;
    }
}
