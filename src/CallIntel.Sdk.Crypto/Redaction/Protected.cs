using System.Diagnostics;

namespace CallIntel.Sdk.Crypto.Redaction;

/// <summary>A value that does not show itself: in <see cref="ToString()"/>, logs, interpolated strings, exceptions and debuggers it prints as <c>***</c>.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <remarks>
/// Immutable, and thread-safe if the value is. The value leaves only by <see cref="Reveal"/>, a method, so that serialisers and structured
/// loggers, which read properties, do not find it. It is kept in memory as it is: this guards against carelessness, not against a debugger.
/// </remarks>
[DebuggerDisplay("***")]
public readonly struct Protected<T> : IEquatable<Protected<T>>, ISpanFormattable
{
    /// <summary>What is printed instead of the value.</summary>
    public const string Mask = "***";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly T _value;

    /// <summary>Wraps a value.</summary>
    /// <param name="value">The value.</param>
    public Protected(T value) => _value = value;

    /// <summary>Whether two values are equal.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if they are.</returns>
    public static bool operator ==(Protected<T> left, Protected<T> right) => left.Equals(right);

    /// <summary>Whether two values differ.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> if they do.</returns>
    public static bool operator !=(Protected<T> left, Protected<T> right) => !left.Equals(right);

    /// <summary>The value itself.</summary>
    /// <returns>The value; the default of <typeparamref name="T"/> for the default of this type.</returns>
    public T Reveal() => _value;

    /// <inheritdoc/>
    public bool Equals(Protected<T> other) => EqualityComparer<T>.Default.Equals(_value, other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Protected<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityComparer<T>.Default.GetHashCode(_value!);

    /// <summary>The mask.</summary>
    /// <returns><see cref="Mask"/>.</returns>
    public override string ToString() => Mask;

    /// <summary>The mask, whatever the format.</summary>
    /// <param name="format">Ignored.</param>
    /// <param name="formatProvider">Ignored.</param>
    /// <returns><see cref="Mask"/>.</returns>
    public string ToString(string? format, IFormatProvider? formatProvider) => Mask;

    /// <inheritdoc/>
    public bool TryFormat(
        Span<char> destination,
        out int charsWritten,
        ReadOnlySpan<char> format,
        IFormatProvider? provider
    )
    {
        bool fits = Mask.TryCopyTo(destination);
        charsWritten = fits ? Mask.Length : 0;
        return fits;
    }
}
