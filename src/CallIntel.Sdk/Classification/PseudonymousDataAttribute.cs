using Microsoft.Extensions.Compliance.Classification;

namespace CallIntel.Sdk.Classification;

/// <summary>Marks a value as <see cref="DataClassifications.Pseudonymous"/>.</summary>
public sealed class PseudonymousDataAttribute() : DataClassificationAttribute(DataClassifications.Pseudonymous);
