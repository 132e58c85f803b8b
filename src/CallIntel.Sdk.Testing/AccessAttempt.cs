using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Testing;

/// <summary>One attempt of the <see cref="AccessMatrix"/>.</summary>
/// <param name="Table">The name of the view, without the schema.</param>
/// <param name="Verb"><c>select</c>, <c>insert</c>, <c>update</c> or <c>delete</c>.</param>
/// <param name="Role">The role of the member.</param>
/// <param name="Own">Whether the rows belong to the member's own org.</param>
/// <param name="Outcome">
/// The number of rows that were read or changed, <c>denied</c>, or <c>allowed</c> if only a unique or foreign key
/// prevented the change.
/// </param>
public sealed record AccessAttempt(string Table, string Verb, OrgRole Role, bool Own, string Outcome)
{
    /// <summary>Gets whether the member could read or change a row.</summary>
    public bool Reached => Outcome is not ("denied" or "0");
}
