namespace CallIntel.Sdk.Search;

/// <summary>What one run of the maintenance of vector graphs did.</summary>
/// <param name="Graphs">The graphs that exist now.</param>
/// <param name="Built">How many of them were built.</param>
/// <param name="Dropped">How many graphs were dropped.</param>
public sealed record VectorGraphReport(int Graphs, int Built, int Dropped);
