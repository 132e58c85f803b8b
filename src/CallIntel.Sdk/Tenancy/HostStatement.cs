using System.Buffers;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// What a host may send through a session: statements that read or write rows, and none that change the connection they
/// run on.
/// </summary>
/// <remarks>
/// PREPARE and DEALLOCATE share one namespace with the statements that the driver prepares, and a pooled connection
/// serves every org: whoever puts a statement of their own in the place of one of ours has it run in the context of
/// whoever comes next. DO can run both. A protocol message holds one statement, so its first word decides. Nothing that
/// remains can run a command: what core offers for running text inside of a query (<c>query_to_xml</c> and its like)
/// runs it read-only, which rules commands out.
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
                "A session runs statements that read or write rows; this one begins with another word.",
                "Begin with select, with, values, table, insert, update, delete, merge or explain. Run everything else outside of sessions."
            );
    }

    /// <summary>Skips white space, comments, which nest in PostgreSQL, and opening brackets.</summary>
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
