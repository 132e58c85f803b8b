using System.Text.Json.Serialization;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>The JSON forms of erasures, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ErasureLedgerEntry))]
[JsonSerializable(typeof(ErasureStatement))]
[JsonSerializable(typeof(JwsHeader))]
sealed partial class ErasureJson : JsonSerializerContext;

/// <summary>The protected header of a certificate.</summary>
sealed record JwsHeader(string Alg, string Typ, string Kid);
