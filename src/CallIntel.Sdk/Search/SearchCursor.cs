using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Search;

/// <summary>
/// A position in the hits of a search. Pass it with the same query; treat the text (<see cref="ToString"/>) as opaque.
/// </summary>
/// <remarks>
/// A cursor grants no access. Pages do not overlap as long as nothing is indexed between them: an event that is indexed
/// meanwhile can change the scores of others.
/// </remarks>
public readonly record struct SearchCursor
{
    const int Size = 1 + 8 + 16;

    internal SearchCursor(SearchLane lane, double score, Guid eventId) => (Lane, Score, Event) = (lane, score, eventId);

    internal SearchLane Lane { get; }

    internal double Score { get; }

    internal Guid Event { get; }

    /// <summary>Parses the text of a cursor.</summary>
    /// <param name="text">The text that <see cref="ToString"/> returned.</param>
    /// <exception cref="CallIntelException"><c>CI0342</c>: the text is not that of a cursor.</exception>
    public static SearchCursor Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out SearchCursor cursor)
            ? cursor
            : throw new CallIntelException(
                ErrorCodes.InvalidSearchCursor,
                "The text is not a cursor of a search.",
                "Pass the text of SearchAnswer.Next unchanged, or no cursor to begin with the best hits."
            );
    }

    /// <summary>Parses the text of a cursor.</summary>
    /// <param name="text">The text that <see cref="ToString"/> returned.</param>
    /// <param name="cursor">The cursor.</param>
    /// <returns><see langword="false"/> if the text is not that of a cursor.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out SearchCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (
            text is not { Length: < 64 }
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out int length)
            || length != Size
            || bytes[0] > (byte)SearchLane.Ranked
        )
            return false;
        double score = BinaryPrimitives.ReadDoubleBigEndian(bytes[1..]);
        if (!double.IsFinite(score))
            return false;
        cursor = new SearchCursor((SearchLane)bytes[0], score, new Guid(bytes[9..], bigEndian: true));
        return true;
    }

    /// <summary>
    /// Returns the text of the cursor, which consists of ASCII letters, digits, dashes and underscores.
    /// </summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = (byte)Lane;
        BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], Score);
        Event.TryWriteBytes(bytes[9..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }
}
