using System.Reflection;

namespace CallIntel.Samples.Tests;

/// <summary>Where the repository and the sample are.</summary>
static class Repository
{
    internal static string Root { get; } = Metadata("Repository");

    internal static string Configuration { get; } = Metadata("Configuration");

    /// <summary>The program of the sample.</summary>
    internal static string TenantApi { get; } =
        Path.Combine(Root, "samples/TenantApi/bin", Configuration, "net10.0/TenantApi.dll");

    static string Metadata(string key) =>
        typeof(Repository)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == key)
            .Value!;
}
