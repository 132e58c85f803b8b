using System.Text.Json.Serialization;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>The id of a legal hold within an org.</summary>
/// <param name="Value">The uuid.</param>
[JsonConverter(typeof(IdConverter))]
public readonly record struct LegalHoldId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();

    sealed class IdConverter() : IdJsonConverter<LegalHoldId>(value => new(value), id => id.Value);
}
