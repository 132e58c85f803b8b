namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>One damage to the SQL package.</summary>
/// <param name="Id">What is damaged and how: the same from run to run.</param>
/// <param name="Group">What the damaged object is of: whatever killed one of a group is tried first on the next.</param>
/// <param name="Sql">Does it to a migrated database.</param>
sealed record SqlMutant(string Id, string Group, string Sql);
