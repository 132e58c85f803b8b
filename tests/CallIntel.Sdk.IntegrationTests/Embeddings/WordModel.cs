using CallIntel.Sdk.Embeddings;
using Microsoft.Extensions.AI;

namespace CallIntel.Sdk.IntegrationTests.Embeddings;

/// <summary>
/// A small model: each word adds to one dimension, so texts with common words are near each other. It counts the texts
/// that it embedded.
/// </summary>
sealed class WordModel(int dimensions = WordModel.Size) : IEmbeddingGenerator<string, Embedding<float>>
{
    internal const int Size = 64;

    readonly List<string> _texts = [];

    internal Func<string, float[]>? Override { get; init; }

    internal IReadOnlyList<string> Texts
    {
        get
        {
            lock (_texts)
                return [.. _texts];
        }
    }

    internal static EmbeddingModelOptions Options(string name, IEmbeddingGenerator<string, Embedding<float>> model) =>
        new(name, Size, model);

    internal float[] Embed(string text)
    {
        float[] vector = new float[dimensions];
        foreach (
            string word in text.ToUpperInvariant()
                .Split((char[])[' ', '\n', '.', ',', '?', ':'], StringSplitOptions.RemoveEmptyEntries)
        )
        {
            uint hash = 2166136261;
            foreach (char c in word)
                hash = (hash ^ c) * 16777619;
            vector[hash % (uint)dimensions] += 1;
        }
        return vector;
    }

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        GeneratedEmbeddings<Embedding<float>> result = [];
        foreach (string text in values)
        {
            lock (_texts)
                _texts.Add(text);
            result.Add(new Embedding<float>((Override ?? Embed)(text)));
        }
        return Task.FromResult(result);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }
}
