using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion;

/// <summary>One column of some rows as an array.</summary>
static class ArrayParameter
{
    internal static NpgsqlParameter Of<TRow, TValue>(
        NpgsqlDbType type,
        IReadOnlyList<TRow> rows,
        Func<TRow, TValue> value
    )
    {
        TValue[] values = new TValue[rows.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = value(rows[i]);
        return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }

    /// <summary>For a column that <c>unnest</c> fills up with nulls beside others: nothing is sent if it holds nothing else.</summary>
    internal static NpgsqlParameter OfKnown<TRow, TValue>(
        NpgsqlDbType type,
        IReadOnlyList<TRow> rows,
        Func<TRow, TValue?> value
    )
        where TValue : struct
    {
        for (int i = 0; i < rows.Count; i++)
            if (value(rows[i]) is not null)
                return Of(type, rows, value);
        return Of<TRow, TValue?>(type, [], value);
    }
}
