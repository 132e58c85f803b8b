using System.Reflection;
using CallIntel.Sdk;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Embeddings.Onnx;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Search;

/// <summary>The model of the figures, all-MiniLM-L6-v2, and how the texts of an org are embedded with it.</summary>
static class MiniLm
{
    const string Name = "all-MiniLM-L6-v2";
    const int Dimensions = 384;

    /// <summary>The assembly whose resources contain the model.</summary>
    internal static string AssemblyPath =>
        typeof(MiniLm).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "MiniLM").Value!;

    internal static OnnxEmbeddingGenerator CreateGenerator() =>
        OnnxEmbeddingGenerator.FromAssembly(OnnxModel.MiniLM, AssemblyPath);

    internal static CallIntelDataSource CreateDataSource(TestDatabase database, OnnxEmbeddingGenerator generator) =>
        database.CreateDataSource(options =>
            options.Embeddings.Models.Add(new EmbeddingModelOptions(Name, Dimensions, generator))
        );

    /// <summary>Turns embeddings on and runs a worker until all texts of the org are embedded.</summary>
    internal static async Task EmbedAsync(CallIntelDataSource source, TestOrg org, int texts)
    {
        await using OrgSession owner = await source.OpenSessionAsync(org.As(OrgRole.Owner));
        await owner.Embeddings.EnableAsync(Name, Dimensions, 2 * texts);
        using CallIntelWorker worker = new(
            source,
            [],
            new JobWorkerOptions { PollInterval = TimeSpan.FromMilliseconds(50) }
        );
        await worker.StartAsync(CancellationToken.None);
        while ((await owner.Embeddings.ListModelsAsync()).Single().State is not EmbeddingModelState.Active)
            await Task.Delay(200);
        await worker.StopAsync(CancellationToken.None);
    }
}
