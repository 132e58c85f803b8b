using System.Globalization;

namespace CallIntel.Sdk.Audit;

/// <summary>A column with envelopes, and the field that they contain.</summary>
readonly record struct ProtectedColumn(string Name, ProtectedFields Field);

/// <summary>
/// A statement of the SDK that returns protected values, and the same statement with the function that files the
/// access. Immutable; one instance a statement.
/// </summary>
/// <remarks>
/// The filing statement reads the page once, files the ids of the rows that contain an envelope, and returns the rows
/// with two more columns: the id of the entry and its receipt. It is one statement, so a page is returned if and only
/// if its access was filed.
/// </remarks>
sealed class ProtectedRead
{
    /// <param name="sql">The statement: a select from one function with named columns.</param>
    /// <param name="parameters">The number of its parameters.</param>
    /// <param name="columns">The columns with envelopes.</param>
    /// <param name="events">The column with the id of the event; null if the caller knows the ids.</param>
    /// <param name="contacts">The column with the id of the contact; null if the caller knows the ids.</param>
    /// <param name="others">The column with another id; null if the caller knows the ids.</param>
    internal ProtectedRead(
        string sql,
        int parameters,
        ProtectedColumn[] columns,
        string? events = null,
        string? contacts = null,
        string? others = null
    )
    {
        (Sql, Columns, Events, Contacts, Others) = (sql, columns, events, contacts, others);
        int last = parameters;
        string purpose = Next(),
            request = Next(),
            key = Next();
        string present = string.Join(" or ", columns.Select(c => $"p.{c.Name} is not null"));
        string fields = string.Join(
            " | ",
            columns.Select(c => $"case when p.{c.Name} is null then 0 else {(int)c.Field} end")
        );
        FilingSql =
            $"with page as materialized ({sql}), found as (select bit_or({fields}) as fields, count(*)::integer as n,"
            + $" {Ids(events, "")} as events, {Ids(contacts, "distinct ")} as contacts,"
            + $" {Ids(others, "")} as others"
            + $" from page p where {present} having count(*) > 0),"
            + " filed as materialized (select a.access_id, a.receipt from found f cross join lateral"
            + $" callintel.file_access(f.fields, f.n, {purpose}, {request}, {key}, f.events, f.contacts, f.others) a)"
            + " select p.*, (select f.access_id from filed f), (select f.receipt from filed f) from page p";

        string Next() => "$" + (++last).ToString(CultureInfo.InvariantCulture);

        string Ids(string? column, string distinct) =>
            column is null
                ? Next()
                : $"coalesce(array_agg({distinct}p.{column}) filter (where p.{column} is not null), '{{}}')";
    }

    /// <summary>The statement without filing, for a standby.</summary>
    internal string Sql { get; }

    /// <summary>
    /// The statement with filing. Its additional parameters are the purpose, the request, the id of the signing key,
    /// and an array for each kind of id that has no column.
    /// </summary>
    internal string FilingSql { get; }

    internal ProtectedColumn[] Columns { get; }

    internal string? Events { get; }

    internal string? Contacts { get; }

    internal string? Others { get; }
}
