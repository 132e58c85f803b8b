namespace CallIntel.Sdk.IntegrationTests;

/// <summary>The clone of the repository that the tests were built from.</summary>
static class Repository
{
    internal static string Root { get; } = FindRoot();

    /// <summary>
    /// Whether a snapshot that differs leaves what was received beside it. Not where the package is damaged on purpose.
    /// </summary>
    internal static bool KeepsReceived { get; set; } = true;

    /// <summary>
    /// Compares a text with a file that is checked in; writes the new text beside it as <c>.received</c> when they
    /// differ.
    /// </summary>
    internal static void AssertSnapshot(string relativePath, string actual)
    {
        string path = Path.Combine(Root, relativePath);
        string expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        string received = path + ".received";
        if (expected == actual)
        {
            if (KeepsReceived)
                File.Delete(received);
            return;
        }
        if (KeepsReceived)
            File.WriteAllText(received, actual);
        string[] was = expected.Split('\n'),
            now = actual.Split('\n');
        Assert.Fail(
            $"{relativePath} differs; if that is intended, replace it by {relativePath}.received.\n"
                + string.Join(
                    '\n',
                    was.Except(now).Select(l => "- " + l).Concat(now.Except(was).Select(l => "+ " + l)).Take(40)
                )
        );
    }

    static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CallIntel.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside a checkout.");
    }
}
