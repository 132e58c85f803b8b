using System.Diagnostics;
using CallIntel.Sdk.Embeddings.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace CallIntel.Benchmarks.Search;

/// <summary>
/// The model alone, on one thread: batches of tokens go in, and what comes out is not read. The tokens are computed
/// before the clock starts.
/// </summary>
sealed class BareOnnxSession : IDisposable
{
    const int BatchSize = 32; // as the generator has it

    readonly BertEncoder _encoder;
    readonly InferenceSession _session;

    internal BareOnnxSession(string assembly)
    {
        using FileStream file = File.OpenRead(assembly);
        byte[][] resources = AssemblyResources.Read(file, ".model.onnx", ".vocab.txt");
        _encoder = new BertEncoder(resources[1], OnnxModel.MiniLM.MaxTokens);
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(resources[0], options);
    }

    /// <summary>Runs the model over texts in the order that they have.</summary>
    /// <returns>The processor time in seconds.</returns>
    internal double Run(IReadOnlyCollection<string> texts)
    {
        List<(long[] Ids, long[] Mask, long[] Shape)> batches = [.. texts.Chunk(BatchSize).Select(Batch)];
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        foreach ((long[] ids, long[] mask, long[] shape) in batches)
            Run(ids, mask, shape);
        self.Refresh();
        return (self.TotalProcessorTime - before).TotalSeconds;
    }

    public void Dispose() => _session.Dispose();

    (long[] Ids, long[] Mask, long[] Shape) Batch(string[] texts)
    {
        long[][] tokens = [.. texts.Select(_encoder.Encode)];
        int width = tokens.Max(t => t.Length);
        long[] ids = new long[texts.Length * width],
            mask = new long[ids.Length];
        Array.Fill(ids, _encoder.Padding);
        for (int row = 0; row < tokens.Length; row++)
        {
            tokens[row].CopyTo(ids, row * width);
            Array.Fill(mask, 1, row * width, tokens[row].Length);
        }
        return (ids, mask, [texts.Length, width]);
    }

    void Run(long[] ids, long[] mask, long[] shape)
    {
        using OrtValue idValue = OrtValue.CreateTensorValueFromMemory(ids, shape),
            maskValue = OrtValue.CreateTensorValueFromMemory(mask, shape),
            typeValue = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape);
        Dictionary<string, OrtValue> inputs = new(3)
        {
            ["input_ids"] = idValue,
            ["attention_mask"] = maskValue,
            ["token_type_ids"] = typeValue,
        };
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(
            options,
            inputs,
            [_session.OutputMetadata.First(o => o.Value.Dimensions.Length == 3).Key]
        );
    }
}
