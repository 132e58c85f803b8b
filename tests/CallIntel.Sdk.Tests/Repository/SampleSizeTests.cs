namespace CallIntel.Sdk.Tests.Repository;

/// <summary>A sample is short enough to be read in one sitting.</summary>
public sealed class SampleSizeTests
{
    const int MaxLines = 150;

    /// <summary>
    /// What is not the sample itself: tables on the console, the pages of the web application with its invented data,
    /// and what the samples share to get a database with records.
    /// </summary>
    static readonly string[] Apart = ["Output", "Components", "Demo", "bin", "obj"];

    static readonly string[] Names =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(SourceTree.Root, "samples"), "*.csproj", SearchOption.AllDirectories)
            .Select(project => Path.GetFileName(Path.GetDirectoryName(project))!)
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Samples { get; } = new(Names);

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_has_less_than_150_lines(string sample)
    {
        string folder = Path.Combine(SourceTree.Root, "samples", sample);
        int lines = Directory
            .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file =>
                !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Intersect(Apart).Any()
            )
            .Sum(file => File.ReadLines(file).Count(line => !string.IsNullOrWhiteSpace(line)));
        Assert.InRange(lines, 1, MaxLines - 1);
    }

    [Fact]
    public void Every_sample_is_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(SourceTree.Root, "CallIntel.sln"));
        Assert.All(Names, sample => Assert.Contains($"\\{sample}.csproj\"", solution, StringComparison.Ordinal));
    }
}
