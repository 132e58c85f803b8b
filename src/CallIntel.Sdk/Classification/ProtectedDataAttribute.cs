using Microsoft.Extensions.Compliance.Classification;

namespace CallIntel.Sdk.Classification;

/// <summary>Marks a value as <see cref="DataClassifications.Protected"/>.</summary>
public sealed class ProtectedDataAttribute() : DataClassificationAttribute(DataClassifications.Protected);
