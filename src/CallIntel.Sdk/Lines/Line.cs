using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Lines;

/// <summary>A telephone line of the org itself.</summary>
/// <param name="Id">The id, which events of the line refer to.</param>
/// <param name="Member">The member whose line it is; null for a shared line.</param>
/// <param name="CreatedAt">When the line was added, in UTC.</param>
/// <param name="RetiredAt">Since when the line is not in use, in UTC; null while it is.</param>
/// <param name="Number">
/// The number in E.164 format, or the text as it was added if it is not a telephone number. Null if the caller may not
/// read it or it could not be decrypted.
/// </param>
/// <param name="Label">
/// The label; null if the line has none, the caller may not read it, or it could not be decrypted.
/// </param>
public sealed record Line(
    LineId Id,
    [property: PseudonymousData] MemberId? Member,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RetiredAt,
    [property: ProtectedData] string? Number,
    [property: ProtectedData] string? Label
)
{
    /// <summary>The maximum length of a number: 128 characters.</summary>
    public const int MaxNumberLength = 128;

    /// <summary>The maximum length of a label: 200 characters (UTF-16 code units).</summary>
    public const int MaxLabelLength = NameText.MaxLength;

    /// <summary>The result of decrypting the number.</summary>
    /// <value>The default value is <see cref="DecryptResult.Ok"/>, also for callers who may not read it.</value>
    public DecryptResult NumberStatus { get; init; }

    /// <summary>The result of decrypting the label.</summary>
    /// <value>The default value is <see cref="DecryptResult.Ok"/>, also for callers who may not read it.</value>
    public DecryptResult LabelStatus { get; init; }

    /// <summary>Returns the type name and the id only; the number and the label are not included.</summary>
    public override string ToString() => $"{nameof(Line)} {{ {Id} }}";
}
