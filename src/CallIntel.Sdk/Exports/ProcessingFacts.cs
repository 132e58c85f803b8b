namespace CallIntel.Sdk.Exports;

/// <summary>
/// The facts about the processing that a person has a right to (GDPR article 15(1) and (2)). Your organization knows
/// them; they are written to the archive unchanged, in the language of your choice.
/// </summary>
public sealed record ProcessingFacts
{
    /// <summary>The name and the contact details of the controller.</summary>
    public required string Controller { get; init; }

    /// <summary>The purposes of the processing.</summary>
    public required IReadOnlyList<string> Purposes { get; init; }

    /// <summary>The recipients of the data, or their categories.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>How long the data is kept, or how that is decided.</summary>
    public required IReadOnlyList<string> Retention { get; init; }

    /// <summary>Where the data comes from, if not from the person.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>The safeguards of transfers to third countries.</summary>
    /// <value>The default value is empty: there are no transfers.</value>
    public IReadOnlyList<string> Transfers { get; init; } = [];

    /// <summary>The logic and consequences of automated decisions.</summary>
    /// <value>The default value is empty: there are none.</value>
    public IReadOnlyList<string> AutomatedDecisions { get; init; } = [];

    /// <summary>The supervisory authority that the person can complain to.</summary>
    /// <value>The default value is <see langword="null"/>: it is not named.</value>
    public string? SupervisoryAuthority { get; init; }
}
