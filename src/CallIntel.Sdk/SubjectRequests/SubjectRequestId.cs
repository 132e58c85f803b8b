using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>The id of a data subject request within an org.</summary>
/// <param name="Value">The uuid, of version 7.</param>
[JsonConverter(typeof(IdConverter))]
public readonly record struct SubjectRequestId(Guid Value) : IParsable<SubjectRequestId>
{
    /// <summary>Parses the text of a uuid.</summary>
    /// <param name="s">The text, for example <c>0b7c0f0a-9d5e-4c56-8a39-0f6f2f1c7a10</c>.</param>
    /// <param name="provider">Not used.</param>
    /// <exception cref="FormatException">The text is not a uuid.</exception>
    public static SubjectRequestId Parse(string s, IFormatProvider? provider = null) => new(Guid.Parse(s, provider));

    /// <summary>Parses the text of a uuid.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">The id.</param>
    /// <returns><see langword="false"/> if the text is not a uuid.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SubjectRequestId result)
    {
        bool parsed = Guid.TryParse(s, provider, out Guid value);
        result = new(value);
        return parsed;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();

    sealed class IdConverter() : IdJsonConverter<SubjectRequestId>(value => new(value), id => id.Value);
}
