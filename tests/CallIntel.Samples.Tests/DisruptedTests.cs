namespace CallIntel.Samples.Tests;

/// <summary>The tests that share <see cref="DisruptedSite"/>, one after the other.</summary>
[CollectionDefinition]
public sealed class DisruptedTests : ICollectionFixture<DisruptedSite>;
