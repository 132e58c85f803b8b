using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using Microsoft.Extensions.AI;

namespace CallIntel.Sdk.Embeddings;

/// <summary>The models of this process. Checks and normalizes what a generator returns.</summary>
/// <remarks>Thread-safe.</remarks>
sealed class EmbeddingGenerators
{
    /// <summary>How many rotations are kept.</summary>
    const int MaxRotations = 64;

    readonly EmbeddingModelOptions[] _models;
    readonly int _textsPerCall;
    readonly ConcurrentDictionary<(Guid, string, int), VectorRotation> _rotations = new();

    internal EmbeddingGenerators(EmbeddingOptions options) =>
        (_models, _textsPerCall) = ([.. options.Models], options.TextsPerCall);

    internal bool IsEmpty => _models.Length == 0;

    /// <summary>Returns the generator of a model; null if this process does not have it.</summary>
    internal EmbeddingModelOptions? Find(EmbeddingModel model) =>
        Array.Find(_models, m => m.Name == model.Name && m.Dimensions == model.Dimensions);

    /// <exception cref="CallIntelException"><c>CI0316</c>: this process does not have the model.</exception>
    internal EmbeddingModelOptions Get(EmbeddingModel model) =>
        Find(model)
        ?? throw new CallIntelException(
            ErrorCodes.EmbeddingModelMissing,
            "This process has no generator for the model that embeds the content of the org.",
            "Add the model to CallIntelOptions.Embeddings with the name and the dimensions that the org has turned on."
        );

    /// <summary>Embeds the text of a query.</summary>
    internal static async Task<float[]> EmbedQueryAsync(
        EmbeddingModelOptions model,
        string text,
        CancellationToken cancellationToken
    ) =>
        (await GenerateAsync(model, [model.QueryPrefix + text], cancellationToken).ConfigureAwait(false))[
            ..model.Dimensions
        ];

    /// <summary>Checks and normalizes a vector that an application wants to search with.</summary>
    internal static float[] QueryVector(EmbeddingModel model, ReadOnlyMemory<float> vector)
    {
        float[] query = new float[model.Dimensions];
        if (!TryNormalize(vector, query))
            throw new CallIntelException(
                ErrorCodes.InvalidEmbedding,
                $"The vector is not a direction with {model.Dimensions} dimensions, as the vectors of the org are.",
                "Embed the query with the model that session.Embeddings.ListModelsAsync names, or search by a text."
            );
        return query;
    }

    /// <summary>Rotates vectors of a model, one after the other, if the model is one of those that are.</summary>
    internal async Task RotateAsync(
        EmbeddingModel model,
        float[] vectors,
        OrgEncryption org,
        CancellationToken cancellationToken
    )
    {
        if (!model.IsRotated || vectors.Length == 0)
            return;
        (Guid Org, string Model, int Dimensions) key = (org.Org, model.Name, model.Dimensions);
        if (!_rotations.TryGetValue(key, out VectorRotation? rotation))
        {
            using IncrementalHash hash = await org.EventIdHashAsync(cancellationToken).ConfigureAwait(false);
            hash.AppendData("callintel.rotation.v1|"u8);
            hash.AppendData(Encoding.UTF8.GetBytes(model.Name));
            rotation = new VectorRotation(hash.GetHashAndReset(), model.Dimensions);
            // Computed again when needed: a process that serves many orgs must not keep all of them.
            if (_rotations.Count >= MaxRotations)
                _rotations.Clear();
            _rotations[key] = rotation;
        }
        for (int start = 0; start < vectors.Length; start += model.Dimensions)
            rotation.Rotate(vectors.AsSpan(start, model.Dimensions));
    }

    /// <summary>Embeds texts in calls of limited size, and returns their vectors one after the other.</summary>
    /// <exception cref="CallIntelException">
    /// <c>CI0311</c> a vector has the wrong size or is not a direction; <c>CI0315</c> the generator failed.
    /// </exception>
    internal async Task<float[]> EmbedAsync(
        EmbeddingModelOptions model,
        IReadOnlyList<string> texts,
        CancellationToken cancellationToken
    )
    {
        float[] vectors = new float[(long)texts.Count * model.Dimensions];
        for (int done = 0; done < texts.Count; done += _textsPerCall)
        {
            string[] part = [.. texts.Skip(done).Take(_textsPerCall)];
            float[] some = await GenerateAsync(model, part, cancellationToken).ConfigureAwait(false);
            some.CopyTo(vectors, done * model.Dimensions);
        }
        return vectors;
    }

    static async Task<float[]> GenerateAsync(
        EmbeddingModelOptions model,
        string[] texts,
        CancellationToken cancellationToken
    )
    {
        GeneratedEmbeddings<Embedding<float>> generated;
        try
        {
            generated = await model
                .Generator.GenerateAsync(texts, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (CallIntelException)
        {
            throw;
        }
#pragma warning disable CA1031 // a generator can fail in any way; its message may contain the text
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new CallIntelException(
                ErrorCodes.EmbeddingFailed,
                $"The generator of embeddings failed with {e.GetType().Name}.",
                "Check the service or the file of the model. Jobs try again; repeat a search, or use text only."
            );
        }
        if (generated is null || generated.Count != texts.Length)
            throw Malformed();
        float[] vectors = new float[(long)texts.Length * model.Dimensions];
        for (int i = 0; i < texts.Length; i++)
            if (!TryNormalize(generated[i]?.Vector ?? default, vectors.AsSpan(i * model.Dimensions, model.Dimensions)))
                throw Malformed();
        return vectors;
    }

    /// <summary>Copies a vector and gives it the length 1, so that an inner product is a cosine.</summary>
    static bool TryNormalize(ReadOnlyMemory<float> vector, Span<float> target)
    {
        if (vector.Length != target.Length)
            return false;
        double sum = 0;
        foreach (float value in vector.Span)
            sum += (double)value * value;
        double length = Math.Sqrt(sum);
        // A vector of zeros has no direction; one with an infinity or NaN has no length.
        if (!double.IsFinite(length) || length < 1e-12)
            return false;
        for (int i = 0; i < target.Length; i++)
            target[i] = (float)(vector.Span[i] / length);
        return true;
    }

    static CallIntelException Malformed() =>
        new(
            ErrorCodes.InvalidEmbedding,
            "The generator returned vectors of the wrong number or size, or that are not directions.",
            "Register the generator with the dimensions of its model, and let it return one vector for each text."
        );
}
