using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Embeddings;

/// <summary>Vectors that are rotated under a key of their org.</summary>
public sealed class RotatedVectorTests(ServerFixture server) : IAsyncLifetime
{
    const string Rotated = EmbeddingOrg.Model + EmbeddingModelOptions.RotatedSuffix;

    TestDatabase _database = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await server.Template.CloneAsync();

    public async ValueTask DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task A_search_finds_the_same_with_rotated_vectors_which_are_of_no_use_outside_of_the_org()
    {
        await using EmbeddingOrg plain = await CreateAsync(EmbeddingOrg.Model);
        await using EmbeddingOrg first = await CreateAsync(Rotated);
        await using EmbeddingOrg second = await CreateAsync(Rotated);
        foreach (string text in new[] { "parcel late", "invoice wrong", "call me", "the parcel" })
        {
            string[] expected = await plain.FoundAsync(text);
            Assert.Equal(4, expected.Length);
            Assert.Equal(expected[0], (await first.FoundAsync(text))[0]);
            VectorAnswer a = await plain.FindAsync(text),
                b = await first.FindAsync(text);
            Assert.All(a.Matches.Zip(b.Matches), pair =>
                Assert.Equal(pair.First.Distance, pair.Second.Distance, 0.01f)
            );
        }
        // An application searches with a vector of the model; the SDK rotates it.
        await using OrgSession analyst = await first.OpenAsync(OrgRole.Analyst);
        VectorAnswer byVector = await analyst.Vectors.FindAsync(
            (ReadOnlyMemory<float>)new WordModel().Embed("my parcel is late"),
            default,
            1,
            Cancellation
        );
        Assert.Equal(0, byVector.Matches.Single().Distance, 0.01f);

        // The naive attack: the vector of a guessed text is compared with the stolen ones.
        string guess = $"'[{string.Join(',', new WordModel().Embed("my parcel is late"))}]'";
        async Task<double> NearestAsync(EmbeddingOrg org) =>
            await org.ScalarAsync<double>(
                $"select min(embedding operator(public.<=>) {guess}::public.halfvec)"
                    + $" from callintel_private.event_embeddings where org_id = '{org.Org.Id}'"
            );
        Assert.InRange(await NearestAsync(plain), -0.01, 0.01);
        Assert.InRange(await NearestAsync(first), 0.2, 2);
        Assert.InRange(await NearestAsync(second), 0.2, 2);
        // Equal texts of two orgs cannot be linked either.
        Assert.InRange(
            await first.ScalarAsync<double>(
                "select min(a.embedding operator(public.<=>) b.embedding) from callintel_private.event_embeddings a,"
                    + " callintel_private.event_embeddings b"
                    + $" where a.org_id = '{first.Org.Id}' and b.org_id = '{second.Org.Id}'"
            ),
            0.2,
            2
        );
    }

    async Task<EmbeddingOrg> CreateAsync(string model)
    {
        EmbeddingModelOptions options = WordModel.Options(model, new WordModel());
        options.RotatesPerOrg = model == Rotated;
        EmbeddingOrg org = await EmbeddingOrg.CreateAsync(_database, options);
        await org.ImportAsync(
            org.Sms("1", "my parcel is late"),
            org.Sms("2", "the invoice is wrong"),
            org.Sms("3", "please call me back"),
            org.Sms("4", "where is the parcel")
        );
        await org.EnableAsync(model);
        await org.EmbedAsync();
        return org;
    }
}
