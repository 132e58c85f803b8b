namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>
/// Checks that the list of mutants, which <c>tests/mutate-sql.sh</c> uses, is up to date with the SQL package.
/// </summary>
public sealed class MutationListTests(ServerFixture server)
{
    [Fact]
    public async Task Every_mutant_applies_to_the_SQL_package_and_every_equivalent_mutant_exists()
    {
        IReadOnlyList<SqlMutant> mutants = await MutationRun.ListAsync(server.Template);
        Assert.True(mutants.Count > 1_000, $"There are only {mutants.Count} mutants.");
        Assert.All(MutationRun.ReadEquivalents(mutants), reason => Assert.NotEmpty(reason.Value));
    }
}
