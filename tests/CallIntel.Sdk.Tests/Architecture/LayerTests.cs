using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.Loader;

namespace CallIntel.Sdk.Tests.Architecture;

/// <summary>Tests that features use only lower layers. <c>docs/ARCHITECTURE.md</c> lists the same layers.</summary>
public sealed class LayerTests
{
    const string Entrance = "CallIntel.Sdk";

    /// <summary>
    /// From top to bottom. A feature may use the features of the lines below its own, and none beside it.
    /// </summary>
    static readonly string[][] Layers =
    [
        ["Exports"],
        [Entrance],
        ["Questions"],
        ["Dashboards"],
        ["Search"],
        ["SubjectRequests"],
        ["Ingestion"],
        ["Embeddings"],
        ["Events"],
        ["Lines"],
        ["Access", "Contacts"],
        ["Encryption"],
        ["Audit", "ChangeFeed", "Doctor", "Jobs", "Organization", "Privacy", "SyncHealth", "Teams"],
        ["Tenancy"],
        ["Migrations", "Webhooks"],
        ["Diagnostics"],
        ["Classification"],
    ];

    /// <summary>
    /// What the types of the SDK use. Without type parameters: the loader takes a parameter of one method for that of
    /// another method with the same name.
    /// </summary>
    static readonly ITypeDependency[] Uses =
    [
        .. new ArchLoader()
            .LoadAssemblies(typeof(CallIntelDataSource).Assembly)
            .Build()
            .Types.SelectMany(type => type.Dependencies)
            .Where(use => use.Target is not GenericParameter),
    ];

    static readonly string[][] Arrows = FindArrows();

    [Fact]
    public void Every_feature_has_a_layer()
    {
        string[] features = [.. Arrows.SelectMany(arrow => arrow).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(Layers.SelectMany(layer => layer).Order(StringComparer.Ordinal), features);
    }

    [Fact]
    public void Features_use_only_features_of_lower_layers()
    {
        Assert.NotEmpty(Arrows);
        string[] upwards =
        [
            .. Arrows
                .Where(arrow => LayerOf(arrow[0]) >= LayerOf(arrow[1]))
                .Select(arrow => $"{arrow[0]} -> {arrow[1]}: {ExampleOf(arrow[0], arrow[1])}"),
        ];
        Assert.Empty(upwards);
    }

    /// <summary>Types that make one feature depend on another.</summary>
    static string ExampleOf(string from, string to) =>
        string.Join(
            ", ",
            Uses.Where(use => FeatureOf(use.Origin) == from && FeatureOf(use.Target) == to)
                .Select(use => $"{use.Origin.FullName} uses {use.Target.FullName}")
                .Distinct()
                .Take(3)
        );

    static int LayerOf(string feature) => Array.FindIndex(Layers, layer => layer.Contains(feature));

    /// <summary>Which feature uses which one; extension methods for hosts belong to the entrance.</summary>
    static string[][] FindArrows()
    {
        return
        [
            .. Uses.Select(use => (From: FeatureOf(use.Origin), To: FeatureOf(use.Target)))
                .Where(arrow => arrow.From is not null && arrow.To is not null && arrow.From != arrow.To)
                .Distinct()
                .Select(arrow => new[] { arrow.From!, arrow.To! }),
        ];
    }

    static string? FeatureOf(IType type) =>
        (type.Namespace?.FullName ?? "").Split('.') switch
        {
            ["CallIntel", "Sdk"] => Entrance,
            ["CallIntel", "Sdk", "Crypto", ..] => null, // a package of its own
            ["CallIntel", "Sdk", var feature, ..] => feature,
            ["Microsoft", "Extensions", "DependencyInjection"] when type.Name.Contains("CallIntel") => Entrance,
            _ => null,
        };
}
