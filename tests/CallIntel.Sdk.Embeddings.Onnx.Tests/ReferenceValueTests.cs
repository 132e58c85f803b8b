using Microsoft.Extensions.AI;

namespace CallIntel.Sdk.Embeddings.Onnx.Tests;

/// <summary>The models give the values that their authors published.</summary>
public sealed class ReferenceValueTests(ModelFixture models)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The example of the Sentence Transformers documentation.</summary>
    [Fact]
    public async Task MiniLM_gives_the_published_similarities()
    {
        float[][] vectors = await EmbedAsync(
            models.MiniLM,
            "The weather is lovely today.",
            "It's so sunny outside!",
            "He drove to the stadium."
        );
        Assert.Equal(0.6660, Dot(vectors[0], vectors[1]), 1e-4);
        Assert.Equal(0.1046, Dot(vectors[0], vectors[2]), 1e-4);
        Assert.Equal(0.1411, Dot(vectors[1], vectors[2]), 1e-4);
    }

    /// <summary>The example of the model card.</summary>
    [Fact]
    public async Task Arctic_gives_the_published_similarities()
    {
        string prefix = OnnxModel.ArcticXs.QueryPrefix;
        float[][] vectors = await EmbedAsync(
            models.ArcticXs,
            prefix + "what is snowflake?",
            prefix + "Where can I get the best tacos?",
            "The Data Cloud!",
            "Mexico City of Course!"
        );
        Assert.Equal(0.57515126, Dot(vectors[0], vectors[2]), 1e-4);
        Assert.Equal(0.45798576, Dot(vectors[0], vectors[3]), 1e-4);
        Assert.Equal(0.5636022, Dot(vectors[1], vectors[3]), 1e-4);
        Assert.Equal(0.5044898, Dot(vectors[1], vectors[2]), 1e-4);
    }

    [Fact]
    public async Task A_vector_has_the_length_1_and_does_not_depend_on_the_other_texts_of_a_call()
    {
        string[] texts = [.. Enumerable.Range(1, 70).Select(i => string.Join(' ', Enumerable.Repeat("call", i)))];
        float[][] together = await EmbedAsync(models.MiniLM, texts);
        foreach (int i in new[] { 0, 35, 69 })
        {
            float[] alone = (await EmbedAsync(models.MiniLM, texts[i]))[0];
            Assert.Equal(384, alone.Length);
            Assert.Equal(1, Dot(alone, alone), 1e-5);
            for (int d = 0; d < alone.Length; d++)
                Assert.Equal(alone[d], together[i][d], 1e-5f);
        }
    }

    [Fact]
    public async Task Calls_from_several_threads_give_the_same_vectors()
    {
        float[] expected = (await EmbedAsync(models.MiniLM, "please call me back"))[0];
        float[][][] results = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => EmbedAsync(models.MiniLM, $"other text {i}", "please call me back"))
        );
        foreach (float[][] result in results)
            Assert.Equal(1, Dot(expected, result[1]), 1e-5);
    }

    [Fact]
    public async Task An_accent_changes_nothing_although_the_host_has_no_cultures()
    {
        // Without folding, the word is unknown to the vocabulary, and the similarity is far lower.
        float[][] vectors = await EmbedAsync(models.MiniLM, "café crème in Zürich", "CAFE CREME IN ZURICH");
        Assert.Equal(1, Dot(vectors[0], vectors[1]), 1e-5);
    }

    [Fact]
    public async Task The_names_of_special_tokens_in_a_text_are_text()
    {
        float[][] vectors = await EmbedAsync(
            models.MiniLM,
            "the code is [SEP] four",
            "the code is [ sep ] four",
            "the code is four"
        );
        Assert.Equal(1, Dot(vectors[0], vectors[1]), 1e-5);
        Assert.True(Dot(vectors[0], vectors[2]) < 0.95, $"{Dot(vectors[0], vectors[2])}");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n")]
    [InlineData("\0\u0001\ud800")]
    [InlineData("你好, 世界 🎉 안녕")]
    public async Task Odd_text_gives_a_vector(string text)
    {
        float[] vector = (await EmbedAsync(models.MiniLM, text))[0];
        Assert.All(vector, x => Assert.True(float.IsFinite(x)));
        Assert.Equal(1, Dot(vector, vector), 1e-5);
    }

    [Fact]
    public async Task A_long_text_is_cut_at_the_most_tokens_of_the_model()
    {
        string words = string.Join(' ', Enumerable.Repeat("call", 254));
        float[][] vectors = await EmbedAsync(
            models.MiniLM,
            words,
            words + " entirely different words follow",
            new string('x', 1_000_000)
        );
        Assert.Equal(1, Dot(vectors[0], vectors[1]), 1e-5);
    }

    [Fact]
    public async Task No_texts_give_no_vectors_and_a_canceled_call_ends()
    {
        Assert.Empty(await EmbedAsync(models.MiniLM));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            models.MiniLM.GenerateAsync(["text"], cancellationToken: new CancellationToken(true))
        );
        await Assert.ThrowsAsync<ArgumentException>(() =>
            models.MiniLM.GenerateAsync([null!], cancellationToken: Cancellation)
        );
    }

    [Fact]
    public void The_generator_tells_its_model()
    {
        EmbeddingGeneratorMetadata metadata = models.MiniLM.GetService<EmbeddingGeneratorMetadata>()!;
        Assert.Equal(("all-MiniLM-L6-v2", 384), (metadata.DefaultModelId, metadata.DefaultModelDimensions));
    }

    static async Task<float[][]> EmbedAsync(OnnxEmbeddingGenerator model, params string[] texts) =>
        [.. (await model.GenerateAsync(texts, cancellationToken: Cancellation)).Select(e => e.Vector.ToArray())];

    static double Dot(float[] one, float[] other) => one.Zip(other, (a, b) => (double)a * b).Sum();
}
