namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>One damage to the SQL package.</summary>
/// <param name="Id">What is damaged and how: the same from run to run.</param>
/// <param name="Group">What the damaged object is of: whatever killed one of a group is tried first on the next.</param>
/// <param name="Sql">Does it to a migrated database.</param>
/// <param name="OtherLayer">
/// Takes away the second layer that holds the same. Where the damage alone goes unnoticed, both together must be noticed, or the second layer is no reason.
/// </param>
sealed record SqlMutant(string Id, string Group, string Sql, string? OtherLayer = null);
