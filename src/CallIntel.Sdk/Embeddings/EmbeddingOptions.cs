namespace CallIntel.Sdk.Embeddings;

/// <summary>Configures how a process embeds content and queries.</summary>
public sealed class EmbeddingOptions
{
    /// <summary>
    /// The models that this process can run. Without one, search uses text only. While an org changes its model, a
    /// process needs both.
    /// </summary>
    public IList<EmbeddingModelOptions> Models { get; } = [];

    /// <summary>
    /// How many events a worker embeds in one step. A step is repeated if the process ends while it runs.
    /// </summary>
    /// <value>The default value is 64. Allowed: 1 to 1,000.</value>
    public int EventsPerStep { get; set; } = 64;

    /// <summary>How many texts the generator receives in one call.</summary>
    /// <value>The default value is 32. Allowed: 1 to 10,000.</value>
    public int TextsPerCall { get; set; } = 32;

    /// <summary>How long a worker waits between two steps of one org, to leave the processor to others.</summary>
    /// <value>The default value is zero. Allowed: up to 1 hour.</value>
    public TimeSpan Pause { get; set; } = TimeSpan.Zero;

    /// <summary>How often new content is looked for, after everything is embedded.</summary>
    /// <value>The default value is 1 minute. Allowed: 1 second to 1 day.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMinutes(1);

    internal IEnumerable<string> Failures()
    {
        if (EventsPerStep is < 1 or > 1000)
            yield return "Embeddings.EventsPerStep is not between 1 and 1,000.";
        if (TextsPerCall is < 1 or > 10_000)
            yield return "Embeddings.TextsPerCall is not between 1 and 10,000.";
        if (Pause < TimeSpan.Zero || Pause > TimeSpan.FromHours(1))
            yield return "Embeddings.Pause is not between zero and 1 hour.";
        if (PollInterval < TimeSpan.FromSeconds(1) || PollInterval > TimeSpan.FromDays(1))
            yield return "Embeddings.PollInterval is not between 1 second and 1 day.";
        foreach (EmbeddingModelOptions model in Models)
        {
            if (string.IsNullOrWhiteSpace(model.Name) || model.Name.Length > 100 || model.Generator is null)
                yield return "A model of Embeddings.Models has no name of at most 100 characters or no generator.";
            if (model.Dimensions is < 1 or > 4000)
                yield return "A model of Embeddings.Models does not have 1 to 4,000 dimensions.";
            if (
                model.Name is { } name
                && name.EndsWith(EmbeddingModelOptions.RotatedSuffix, StringComparison.Ordinal) != model.RotatesPerOrg
            )
                yield return "The names of models with RotatesPerOrg, and of no others, end with \"+rotated\".";
            if (model.RotatesPerOrg && model.Dimensions > VectorRotation.MaxDimensions)
                yield return "A model with RotatesPerOrg has more than 2,048 dimensions.";
        }
        if (Models.GroupBy(m => (m.Name, m.Dimensions)).Any(g => g.Count() > 1))
            yield return "Two models of Embeddings.Models have the same name and dimensions.";
    }
}
