using System.Reflection;
using CallIntel.Sdk.Embeddings.Onnx.Tests;

[assembly: AssemblyFixture(typeof(ModelFixture))]

namespace CallIntel.Sdk.Embeddings.Onnx.Tests;

/// <summary>The two published models, loaded once.</summary>
public sealed class ModelFixture : IDisposable
{
    readonly Lazy<OnnxEmbeddingGenerator> _miniLM =
            new(() => OnnxEmbeddingGenerator.FromAssembly(OnnxModel.MiniLM, PathOf("MiniLM"))),
        _arctic = new(() => OnnxEmbeddingGenerator.FromAssembly(OnnxModel.ArcticXs, PathOf("ArcticXs")));

    internal OnnxEmbeddingGenerator MiniLM => _miniLM.Value;

    internal OnnxEmbeddingGenerator ArcticXs => _arctic.Value;

    internal static string PathOf(string package) =>
        typeof(ModelFixture)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == package)
            .Value!;

    public void Dispose()
    {
        foreach (Lazy<OnnxEmbeddingGenerator> model in new[] { _miniLM, _arctic })
            if (model.IsValueCreated)
                model.Value.Dispose();
    }
}
