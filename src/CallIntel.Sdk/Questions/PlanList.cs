using System.Collections;

namespace CallIntel.Sdk.Questions;

/// <summary>An immutable list of the values that a plan is limited to. Lists with the same values are equal.</summary>
/// <typeparam name="T">The type of a value.</typeparam>
/// <remarks>The values keep their order, but the order does not matter for equality. Duplicates are removed.</remarks>
public sealed class PlanList<T> : IReadOnlyList<T>, IEquatable<PlanList<T>>
    where T : notnull
{
    readonly T[] _values;

    PlanList(T[] values) => _values = values;

    /// <summary>The empty list: no limit.</summary>
#pragma warning disable CA1000 // the usual way to write an empty list of a type
    public static PlanList<T> Empty { get; } = new([]);

    /// <summary>Creates a list.</summary>
    /// <param name="values">The values.</param>
    public static PlanList<T> Create(params IEnumerable<T> values)
    {
        T[] distinct = [.. values.Distinct()];
        return distinct.Length == 0 ? Empty : new PlanList<T>(distinct);
    }
#pragma warning restore CA1000

    /// <inheritdoc/>
    public int Count => _values.Length;

    /// <inheritdoc/>
    public T this[int index] => _values[index];

    /// <inheritdoc/>
    public bool Equals(PlanList<T>? other) => other is not null && _values.ToHashSet().SetEquals(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PlanList<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Aggregate(_values.Length, (hash, value) => hash ^ value.GetHashCode());

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _values.GetEnumerator();

    /// <summary>Returns the number of values only.</summary>
    public override string ToString() => $"{_values.Length} values";
}
