using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Tenancy;

/// <summary>The id of a contact within an org. It is random and reveals nothing about the person.</summary>
/// <param name="Value">The uuid.</param>
[JsonConverter(typeof(IdConverter))]
public readonly record struct ContactId([property: PseudonymousData] Guid Value) : IParsable<ContactId>
{
    /// <summary>Parses the text of a uuid.</summary>
    /// <param name="s">The text, for example <c>0b7c0f0a-9d5e-4c56-8a39-0f6f2f1c7a10</c>.</param>
    /// <param name="provider">Not used.</param>
    /// <exception cref="FormatException">The text is not a uuid.</exception>
    public static ContactId Parse(string s, IFormatProvider? provider = null) => new(Guid.Parse(s, provider));

    /// <summary>Parses the text of a uuid.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The id.</param>
    /// <returns><see langword="false"/> if the text is not a uuid.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ContactId result)
    {
        bool parsed = Guid.TryParse(s, provider, out Guid value);
        result = new(value);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();

    internal sealed class IdConverter() : IdJsonConverter<ContactId>(value => new(value), id => id.Value);
}
