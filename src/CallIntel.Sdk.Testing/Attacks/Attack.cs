using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>An attack of the corpus: raw SQL, what a success would prove, and the expected outcome.</summary>
/// <param name="Id">
/// The name of the file without the extension. For a variant, followed by a slash and its name.
/// </param>
/// <param name="Name">What the attacker does.</param>
/// <param name="Claim">What a success would prove.</param>
/// <param name="Expected">
/// The expected outcome for each role of the attacker. Other roles do not run the attack.
/// </param>
/// <param name="CrossesNaive">Whether the attack succeeds against <c>naive.sql</c>.</param>
/// <param name="AcceptedChannel">
/// The id of the accepted side channel in <c>docs/threat-model.md</c> that the attack demonstrates. Null if the attack
/// must reveal nothing.
/// </param>
/// <param name="NeedsPages">
/// Whether every org needs rows on more than a thousand pages of the larger tables. See
/// <see cref="AttackArena.SpreadAsync"/>.
/// </param>
/// <param name="Steps">The steps, in the order in which they are sent.</param>
sealed record Attack(
    string Id,
    string Name,
    string Claim,
    IReadOnlyDictionary<OrgRole, AttackExpectation> Expected,
    bool CrossesNaive,
    string? AcceptedChannel,
    bool NeedsPages,
    IReadOnlyList<AttackStep> Steps
)
{
    /// <summary>Gets the name of the file without the extension.</summary>
    internal string File => Id.Split('/')[0];

    /// <summary>
    /// Gets whether the victim runs some of the steps. Such an attack cannot be compared with one on an org that does
    /// not exist.
    /// </summary>
    internal bool HasVictim => Steps.Any(step => step.ByVictim);
}

/// <summary>
/// The outcomes that an attack may have: the SQLSTATE of the first error, <c>own rows</c> or <c>no rows</c>.
/// </summary>
sealed record AttackExpectation(IReadOnlyList<string> Outcomes)
{
    internal const string OwnRows = "own rows",
        NoRows = "no rows";

    internal bool IsMetBy(string outcome) => Outcomes.Contains(outcome);

    public override string ToString() => string.Join(" or ", Outcomes);
}

/// <summary>A step of an attack, sent in one message.</summary>
/// <param name="Kind">How the step is sent.</param>
/// <param name="Connection">The name of the connection that the step uses.</param>
/// <param name="ByVictim">Whether the owner of the attacked org runs the step. Its results are not inspected.</param>
/// <param name="WithContext">Whether the transaction begins by opening a context with a token.</param>
/// <param name="RollsBack">Whether the transaction is rolled back instead of committed.</param>
/// <param name="Keep">The placeholder that receives the first value of the last result. Null for none.</param>
/// <param name="Sql">The statements, with placeholders.</param>
sealed record AttackStep(
    AttackStepKind Kind,
    string Connection,
    bool ByVictim,
    bool WithContext,
    bool RollsBack,
    string? Keep,
    string Sql
);

enum AttackStepKind
{
    /// <summary>In a new transaction.</summary>
    Transaction,

    /// <summary>In the transaction that is open on the connection.</summary>
    Next,

    /// <summary>Outside a transaction.</summary>
    Outside,

    /// <summary>COPY TO STDOUT, in a new transaction.</summary>
    CopyOut,

    /// <summary>COPY FROM STDIN, in a new transaction. The lines after the statement are the data.</summary>
    CopyIn,
}
