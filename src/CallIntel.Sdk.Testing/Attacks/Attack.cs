using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>One attack of the corpus: raw SQL, what it would show if it succeeded, and what comes of it instead.</summary>
/// <param name="Id">The name of its file without the extension; for one of several variants, followed by a slash and the name of the variant.</param>
/// <param name="Name">What is done, as a sentence.</param>
/// <param name="Claim">What would be true if it succeeded.</param>
/// <param name="Expected">What comes of it, by the role of the attacker; roles that are missing do not run it.</param>
/// <param name="CrossesNaive">Whether it succeeds against <c>naive.sql</c>.</param>
/// <param name="Accepts">The id of the side channel in <c>docs/threat-model.md</c> that it shows; null for all that must show nothing.</param>
/// <param name="NeedsPages">Whether every org needs rows on more than a thousand pages of the larger tables: <see cref="AttackArena.SpreadAsync"/>.</param>
/// <param name="Steps">What is sent, in order.</param>
internal sealed record Attack(
    string Id,
    string Name,
    string Claim,
    IReadOnlyDictionary<OrgRole, AttackExpectation> Expected,
    bool CrossesNaive,
    string? Accepts,
    bool NeedsPages,
    IReadOnlyList<AttackStep> Steps
)
{
    /// <summary>The name of its file without the extension.</summary>
    internal string File => Id.Split('/')[0];

    /// <summary>Whether the victim takes part, so that there is nothing to compare with an org that does not exist.</summary>
    internal bool HasVictim => Steps.Any(step => step.Victim);
}

/// <summary>What should come of an attack: SQLSTATEs of which one is the first error, or <c>own rows</c>, or <c>no rows</c>.</summary>
internal sealed record AttackExpectation(IReadOnlyList<string> Outcomes)
{
    internal const string OwnRows = "own rows",
        NoRows = "no rows";

    internal bool IsMetBy(string outcome) => Outcomes.Contains(outcome);

    public override string ToString() => string.Join(" or ", Outcomes);
}

/// <summary>One piece of an attack that is sent in one go.</summary>
/// <param name="Kind">How it is sent.</param>
/// <param name="Connection">Which of the attack's connections it uses.</param>
/// <param name="Victim">Whether the owner of the other org does it, whom nobody watches.</param>
/// <param name="WithContext">Whether the transaction begins with a token.</param>
/// <param name="RollsBack">Whether the transaction is rolled back in the end instead of committed.</param>
/// <param name="Keep">The placeholder that gets the first value of the last result.</param>
/// <param name="Sql">The statements, with placeholders.</param>
internal sealed record AttackStep(
    AttackStepKind Kind,
    string Connection,
    bool Victim,
    bool WithContext,
    bool RollsBack,
    string? Keep,
    string Sql
);

internal enum AttackStepKind
{
    /// <summary>In a transaction of its own.</summary>
    Transaction,

    /// <summary>In the transaction that is open on the connection.</summary>
    Next,

    /// <summary>In no transaction.</summary>
    Outside,

    /// <summary>COPY TO STDOUT, in a transaction of its own.</summary>
    CopyOut,

    /// <summary>COPY FROM STDIN, in a transaction of its own; the lines after the statement are the data.</summary>
    CopyIn,
}
