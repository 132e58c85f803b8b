using CallIntel.Sdk.Migrations;

namespace CallIntel.Sdk.Doctor;

/// <summary>The result of an examination by <see cref="DatabaseDoctor"/>.</summary>
/// <param name="ServerVersion">The version as the server reports it, for example <c>17.6</c>.</param>
/// <param name="SchemaVersion">The version of the installed SQL package. Null if it is not installed.</param>
/// <param name="LastMaintenance">
/// The last time that a table of the SQL package was vacuumed or analyzed, by autovacuum or manually. Null if never.
/// </param>
/// <param name="Checks">
/// The results of all checks. If the SQL package is not installed, only the server is checked.
/// </param>
public sealed record DoctorReport(
    string ServerVersion,
    int? SchemaVersion,
    DateTimeOffset? LastMaintenance,
    IReadOnlyList<DoctorCheck> Checks
)
{
    /// <summary>Gets the findings of all checks, the most severe first.</summary>
    public IReadOnlyList<DoctorFinding> Findings { get; } =
    [.. Checks.SelectMany(check => check.Findings).OrderByDescending(finding => finding.Severity)];

    /// <summary>Gets whether no finding is more severe than <see cref="FindingSeverity.Advice"/>.</summary>
    public bool IsHealthy => Findings.All(finding => finding.Severity is FindingSeverity.Advice);
}
