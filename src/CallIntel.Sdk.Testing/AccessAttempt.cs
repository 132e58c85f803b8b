using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Testing;

/// <summary>One attempt of the <see cref="AccessMatrix"/>.</summary>
/// <param name="Table">The table.</param>
/// <param name="Verb">select, insert, update or delete.</param>
/// <param name="Role">The role of the member who tried.</param>
/// <param name="Own">Whether the rows were the member's own org's.</param>
/// <param name="Outcome">How many rows were reached; <c>denied</c>; or <c>allowed</c> where only a key stood in the way.</param>
public sealed record AccessAttempt(string Table, string Verb, OrgRole Role, bool Own, string Outcome)
{
    /// <summary>Whether a row was read, changed or let through.</summary>
    public bool Reached => Outcome is not ("denied" or "0");
}
