using System.Text.RegularExpressions;
using CallIntel.Sdk.Migrations;

namespace CallIntel.Sdk.Doctor;

/// <summary>
/// The privileges that the SQL package grants to <c>callintel_app</c>. They are parsed from the files of the package,
/// so that there is no second list to keep in step.
/// </summary>
static partial class PackageGrants
{
    /// <summary>Gets the privileges on whole tables and views. A table can occur more than once.</summary>
    internal static IReadOnlyList<(string Table, string Verb)> Tables { get; } =
    [
        .. Grants(TableGrant())
            .SelectMany(grant =>
                Names(grant)
                    .SelectMany(name =>
                        TableVerb().Matches(grant.Groups["verbs"].Value).Select(verb => (name, verb.Value))
                    )
            ),
    ];

    /// <summary>Gets the names of the functions that the role may execute.</summary>
    internal static IReadOnlyList<string> Functions { get; } = [.. Grants(FunctionGrant()).SelectMany(Names)];

    static IEnumerable<Match> Grants(Regex form) =>
        SqlPackage
            .Scripts.SelectMany(script => form.Matches(script.Text))
            .Where(grant => grant.Groups["roles"].Value.Split(", ").Contains("callintel_app"));

    static IEnumerable<string> Names(Match grant) =>
        Name().Matches(grant.Groups["names"].Value).Select(name => name.Value);

    [GeneratedRegex(@"callintel\.\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(
        @"^grant (?<verbs>[a-z_, ()]+) on\s+(?<names>callintel\.\w+(,\s+callintel\.\w+)*)\s+to (?<roles>\w+(, \w+)*);",
        RegexOptions.Multiline | RegexOptions.CultureInvariant
    )]
    private static partial Regex TableGrant();

    [GeneratedRegex(
        @"^grant execute on function\s+(?<names>callintel\.\w+(,\s+callintel\.\w+)*)\s+to (?<roles>\w+(, \w+)*);",
        RegexOptions.Multiline | RegexOptions.CultureInvariant
    )]
    private static partial Regex FunctionGrant();

    /// <summary>Matches a privilege on a whole table, but not on columns, such as <c>update (name)</c>.</summary>
    [GeneratedRegex(@"\b(select|insert|update|delete)\b(?! \()", RegexOptions.CultureInvariant)]
    private static partial Regex TableVerb();
}
