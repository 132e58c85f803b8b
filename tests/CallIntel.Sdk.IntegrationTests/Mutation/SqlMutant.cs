namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>A mutant of the SQL package.</summary>
/// <param name="Id">A description of the change that is the same in every run.</param>
/// <param name="Group">
/// The group of the changed object. A test case that killed a mutant of the group is tried first on the others.
/// </param>
/// <param name="Sql">Statements that apply the change to a migrated database.</param>
sealed record SqlMutant(string Id, string Group, string Sql);
