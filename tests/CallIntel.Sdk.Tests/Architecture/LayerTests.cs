using ArchUnitNET.Domain;
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
        ["Dashboards"],
        ["Search"],
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
                .Select(arrow => string.Join(" -> ", arrow)),
        ];
        Assert.Empty(upwards);
    }

    static int LayerOf(string feature) => Array.FindIndex(Layers, layer => layer.Contains(feature));

    /// <summary>Which feature uses which one; extension methods for hosts belong to the entrance.</summary>
    static string[][] FindArrows()
    {
        IEnumerable<IType> types = new ArchLoader().LoadAssemblies(typeof(CallIntelDataSource).Assembly).Build().Types;
        return
        [
            .. types
                .SelectMany(type => type.Dependencies)
                .Select(use => (From: FeatureOf(use.Origin), To: FeatureOf(use.Target)))
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
