using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// A positional parameter whose PostgreSQL type follows from its C# type. A null is sent with that type.
/// </summary>
readonly struct SqlValue
{
    SqlValue(NpgsqlParameter parameter) => Parameter = parameter;

    internal NpgsqlParameter Parameter { get; }

    public static implicit operator SqlValue(NpgsqlParameter parameter) => new(parameter);

    public static implicit operator SqlValue(Guid value) => Typed(value, NpgsqlDbType.Uuid);

    public static implicit operator SqlValue(Guid? value) => Nullable(value, NpgsqlDbType.Uuid);

    public static implicit operator SqlValue(bool value) => Typed(value, NpgsqlDbType.Boolean);

    public static implicit operator SqlValue(short value) => Typed(value, NpgsqlDbType.Smallint);

    public static implicit operator SqlValue(short? value) => Nullable(value, NpgsqlDbType.Smallint);

    public static implicit operator SqlValue(int value) => Typed(value, NpgsqlDbType.Integer);

    public static implicit operator SqlValue(int? value) => Nullable(value, NpgsqlDbType.Integer);

    public static implicit operator SqlValue(long value) => Typed(value, NpgsqlDbType.Bigint);

    public static implicit operator SqlValue(long? value) => Nullable(value, NpgsqlDbType.Bigint);

    // The value must be in UTC.
    public static implicit operator SqlValue(DateTime value) => Typed(value, NpgsqlDbType.TimestampTz);

    public static implicit operator SqlValue(DateTime? value) => Nullable(value, NpgsqlDbType.TimestampTz);

    public static implicit operator SqlValue(TimeSpan? value) => Nullable(value, NpgsqlDbType.Interval);

    public static implicit operator SqlValue(string? value) => Reference(value, NpgsqlDbType.Text);

    public static implicit operator SqlValue(byte[]? value) => Reference(value, NpgsqlDbType.Bytea);

    // Sends a null for an empty value.
    public static implicit operator SqlValue(ReadOnlyMemory<byte> value) =>
        value.IsEmpty ? Reference(null, NpgsqlDbType.Bytea) : Typed(value, NpgsqlDbType.Bytea);

    public static implicit operator SqlValue(Guid[] values) => Typed(values, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static implicit operator SqlValue(short[] values) =>
        Typed(values, NpgsqlDbType.Array | NpgsqlDbType.Smallint);

    public static implicit operator SqlValue(int[] values) => Typed(values, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public static implicit operator SqlValue(long[] values) => Typed(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static implicit operator SqlValue(string?[] values) => Typed(values, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static implicit operator SqlValue(byte[]?[] values) =>
        Typed(values, NpgsqlDbType.Array | NpgsqlDbType.Bytea);

    internal static SqlValue Null(NpgsqlDbType type) => Reference(null, type);

    internal static SqlValue Create<T>(NpgsqlDbType type, T? value)
        where T : struct => Nullable(value, type);

    /// <summary>Creates an array parameter from one column of some rows.</summary>
    internal static SqlValue Column<TRow, TValue>(NpgsqlDbType type, IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        TValue[] values = new TValue[rows.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = value(rows[i]);
        return Typed(values, NpgsqlDbType.Array | type);
    }

    /// <summary>
    /// Creates an array parameter for <c>unnest</c> beside other arrays: an empty array if every value is null, because
    /// <c>unnest</c> pads shorter arrays with nulls.
    /// </summary>
    internal static SqlValue ColumnOrEmpty<TRow, TValue>(
        NpgsqlDbType type,
        IReadOnlyList<TRow> rows,
        Func<TRow, TValue?> value
    )
        where TValue : struct
    {
        for (int i = 0; i < rows.Count; i++)
            if (value(rows[i]) is not null)
                return Column(type, rows, value);
        return Column<TRow, TValue?>(type, [], value);
    }

    static SqlValue Typed<T>(T value, NpgsqlDbType type) =>
        new(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });

    static SqlValue Nullable<T>(T? value, NpgsqlDbType type)
        where T : struct => value is { } present ? Typed(present, type) : Reference(null, type);

    static SqlValue Reference(object? value, NpgsqlDbType type) =>
        new(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
}

/// <summary>Adds positional parameters to statements.</summary>
static class SqlValues
{
    internal static NpgsqlBatchCommand With(this NpgsqlBatchCommand command, params ReadOnlySpan<SqlValue> values)
    {
        foreach (SqlValue value in values)
            command.Parameters.Add(value.Parameter);
        return command;
    }

    internal static NpgsqlCommand With(this NpgsqlCommand command, params ReadOnlySpan<SqlValue> values)
    {
        foreach (SqlValue value in values)
            command.Parameters.Add(value.Parameter);
        return command;
    }
}
