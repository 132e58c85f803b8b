namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>The long run of <c>tests/mutate-sql.sh</c> starts from a list that has to keep up with the SQL package.</summary>
public sealed class MutationListTests(ServerFixture server)
{
    [Fact]
    public async Task Every_damage_has_its_place_and_every_equivalent_one_exists()
    {
        IReadOnlyList<SqlMutant> mutants = await MutationRun.ListAsync(server.Template);
        Assert.True(mutants.Count > 1_000, $"{mutants.Count} damages");
        Assert.All(MutationRun.Equivalents(mutants), reason => Assert.NotEmpty(reason.Value));
    }
}
