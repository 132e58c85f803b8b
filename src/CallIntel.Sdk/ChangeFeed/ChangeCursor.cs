using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.ChangeFeed;

/// <summary>
/// A position in the change feed of one database. Store its text (<see cref="ToString"/>) to continue later; treat the
/// text as opaque.
/// </summary>
/// <remarks>
/// A cursor grants no access: what a session reads after it depends on the session only. A cursor of a generation that
/// has ended, for example because the database was restored, leads to <see cref="ChangeKind.Resync"/>.
/// </remarks>
public readonly record struct ChangeCursor
{
    internal ChangeCursor(long generation, long transaction, long sequence) =>
        (Generation, Transaction, Sequence) = (generation, transaction, sequence);

    internal long Generation { get; }

    internal long Transaction { get; }

    internal long Sequence { get; }

    /// <summary>Parses the text of a cursor.</summary>
    /// <param name="text">The text that <see cref="ToString"/> returned.</param>
    /// <exception cref="CallIntelException"><c>CI0280</c>: the text is not that of a cursor.</exception>
    public static ChangeCursor Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out ChangeCursor cursor)
            ? cursor
            : throw new CallIntelException(
                ErrorCodes.InvalidChangeCursor,
                "The text is not a cursor of the change feed.",
                "Pass the text of ChangeEntry.Cursor unchanged, or no cursor to begin at the present."
            );
    }

    /// <summary>Parses the text of a cursor.</summary>
    /// <param name="text">The text that <see cref="ToString"/> returned.</param>
    /// <param name="cursor">The cursor.</param>
    /// <returns><see langword="false"/> if the text is not that of a cursor.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out ChangeCursor cursor)
    {
        cursor = default;
        string[] parts = text is { Length: <= 64 } ? text.Split('.') : [];
        if (
            parts.Length != 3
            || !TryParsePart(parts[0], out long generation)
            || !TryParsePart(parts[1], out long transaction)
            || !TryParsePart(parts[2], out long sequence)
        )
            return false;
        cursor = new ChangeCursor(generation, transaction, sequence);
        return true;
    }

    /// <summary>Whether this position is at or before another one of the same generation.</summary>
    internal bool IsUpTo(ChangeCursor other) =>
        Generation == other.Generation && (Transaction, Sequence).CompareTo((other.Transaction, other.Sequence)) <= 0;

    /// <summary>Returns the text of the cursor, which consists of ASCII digits and dots.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Generation}.{Transaction}.{Sequence}");

    static bool TryParsePart(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
