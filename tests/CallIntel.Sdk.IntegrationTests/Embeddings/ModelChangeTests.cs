using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Embeddings;

/// <summary>Replacing a model while search goes on, and generators that fail.</summary>
public sealed class ModelChangeTests(ServerFixture server) : IAsyncLifetime
{
    TestDatabase _database = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await server.Template.CloneAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Search_uses_the_former_model_until_the_new_one_is_complete()
    {
        WordModel first = new(),
            second = new();
        await using EmbeddingOrg org = await EmbeddingOrg.CreateAsync(
            _database,
            WordModel.Options("first", first),
            WordModel.Options("second", second)
        );
        await org.ImportAsync(org.Sms("1", "one text"), org.Sms("2", "another message"), org.Sms("3", "third"));
        await org.EnableAsync("first");
        await org.RunAsync();

        Assert.Equal(2, await org.EnableAsync("second"));
        VectorAnswer answer = await org.FindAsync("another message", 1);
        Assert.Equal(("first", true), (answer.Model.Name, answer.IsComplete));
        // A step with the new model has happened, and the former vectors are still there.
        await org.ExecuteAsync(
            "insert into callintel_private.event_embeddings (org_id, event_id, model, chunk, content_hash, graph,"
                + " embedding) select org_id, event_id, 2, chunk, content_hash, 5, embedding"
                + " from callintel_private.event_embeddings limit 1"
        );
        Assert.Equal(3, (await org.FindAsync("another message")).Matches.Count);

        await org.RunAsync();
        answer = await org.FindAsync("another message", 1);
        Assert.Equal(("second", true), (answer.Model.Name, answer.IsComplete));
        Assert.Equal(["2"], await org.FoundAsync("another message", 1));
        Assert.Equal((0L, 3L), (await org.VectorsAsync("model = 1"), await org.VectorsAsync("model = 2")));
        // Three texts and two queries, less the text of the row above.
        Assert.Equal(4, second.Texts.Count);
        // A search with the number of the former model is refused, not answered with other vectors.
        await using OrgSession analyst = await org.OpenAsync(OrgRole.Analyst);
        await RefusedAsync(ErrorCodes.EmbeddingModelChanged, () =>
            analyst.Vectors.FindAsync(
                answer.Model with
                {
                    Number = 1,
                },
                new float[WordModel.Size],
                default,
                1,
                Cancellation
            )
        );
    }

    [Fact]
    public async Task A_process_without_the_model_of_the_org_says_so()
    {
        await using EmbeddingOrg org = await EmbeddingOrg.CreateAsync(
            _database,
            WordModel.Options("first", new WordModel())
        );
        await org.ImportAsync(org.Sms("1", "one text"));
        await org.EnableAsync("other");
        await RefusedAsync(ErrorCodes.EmbeddingModelMissing, () => org.FindAsync("text"));
        Assert.Equal(ErrorCodes.EmbeddingModelMissing, await ErrorOfJobAsync(org));

        await using EmbeddingOrg none = await EmbeddingOrg.CreateAsync(_database);
        await using OrgSession session = await none.OpenAsync(OrgRole.Analyst);
        Assert.False(session.Vectors.HasModel);
    }

    [Theory]
    [InlineData("size")]
    [InlineData("zero")]
    [InlineData("nan")]
    [InlineData("throws")]
    public async Task A_generator_that_fails_or_returns_nonsense_stores_nothing_and_the_session_stays_usable(string how)
    {
        WordModel broken = new()
        {
            Override = how switch
            {
                "size" => _ => new float[3],
                "zero" => _ => new float[WordModel.Size],
                "nan" => _ => [.. Enumerable.Repeat(float.NaN, WordModel.Size)],
                _ => text => throw new InvalidOperationException(text),
            },
        };
        await using EmbeddingOrg org = await EmbeddingOrg.CreateAsync(_database, WordModel.Options("words", broken));
        await org.ImportAsync(org.Sms("1", "secret text"));
        await org.EnableAsync();
        string expected = how == "throws" ? ErrorCodes.EmbeddingFailed : ErrorCodes.InvalidEmbedding;
        Assert.Equal(expected, await ErrorOfJobAsync(org));
        Assert.Equal(0, await org.VectorsAsync());
        await using OrgSession analyst = await org.OpenAsync(OrgRole.Analyst);
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
            analyst.Vectors.FindAsync("secret text", default, 10, Cancellation)
        );
        Assert.Equal(expected, refused.Code);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
        Assert.Single(await analyst.Embeddings.ListModelsAsync(Cancellation));
    }

    [Fact]
    public async Task Settings_out_of_range_are_refused()
    {
        await using EmbeddingOrg org = await EmbeddingOrg.CreateAsync(
            _database,
            WordModel.Options("words", new WordModel())
        );
        await using OrgSession owner = await org.OpenAsync(OrgRole.Owner);
        foreach (
            (string name, int dimensions, int limit) in new[]
            {
                (new string('x', 101), 3, 1),
                ("m", 0, 1),
                ("m", 4001, 1),
                ("m", int.MaxValue, 1),
                ("m", 3, -1),
            }
        )
            await RefusedAsync(ErrorCodes.InvalidEmbeddingSettings, () =>
                owner.Embeddings.EnableAsync(name, dimensions, limit, Cancellation)
            );
        await Assert.ThrowsAsync<ArgumentException>(() => owner.Embeddings.EnableAsync(" ", 3, 1, Cancellation));
        foreach (int texts in new[] { 0, 10_001 })
            Assert.Equal(
                ErrorCodes.InvalidOptions,
                Assert
                    .Throws<CallIntelException>(() =>
                        _database.CreateDataSource(options => options.Embeddings.TextsPerCall = texts)
                    )
                    .Code
            );
    }

    /// <summary>Runs a worker until the pass has failed, and returns the error that its job carries.</summary>
    static async Task<string> ErrorOfJobAsync(EmbeddingOrg org)
    {
        await org.ExecuteAsync("update callintel_private.jobs set run_at = now()");
        using CallIntelWorker worker = new(
            org.Source,
            [],
            new JobWorkerOptions { PollInterval = TimeSpan.FromMilliseconds(20) }
        );
        await worker.StartAsync(Cancellation);
        string error;
        do
        {
            await Task.Delay(20, Cancellation);
            error = await org.ScalarAsync<string>(
                "select coalesce(max(error), '') from callintel_private.jobs"
                    + $" where dedup_key = 'all' and org_id = '{org.Org.Id}'"
            );
        } while (error.Length == 0);
        await worker.StopAsync(Cancellation);
        return error;
    }

    static async Task RefusedAsync(string code, Func<Task> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<CallIntelException>(call)).Code);
}
