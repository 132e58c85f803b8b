using CallIntel.Sdk.Migrations;

namespace CallIntel.Sdk.Doctor;

/// <summary>What <see cref="DatabaseDoctor"/> saw.</summary>
/// <param name="ServerVersion">The server's version in its own words, for example <c>17.6</c>.</param>
/// <param name="SchemaVersion">The version of the SQL package that is installed; null if there is none.</param>
/// <param name="LastMaintenance">When any table of the package was last vacuumed or analyzed, by hand or by autovacuum; null if never.</param>
/// <param name="Checks">Everything that was looked at. Without the SQL package only the server is.</param>
public sealed record DoctorReport(
    string ServerVersion,
    int? SchemaVersion,
    DateTimeOffset? LastMaintenance,
    IReadOnlyList<DoctorCheck> Checks
)
{
    /// <summary>The findings of all checks, the worst first.</summary>
    public IReadOnlyList<DoctorFinding> Findings { get; } =
    [.. Checks.SelectMany(check => check.Findings).OrderByDescending(finding => finding.Severity)];

    /// <summary>Whether nothing worse than advice was found.</summary>
    public bool IsHealthy => Findings.All(finding => finding.Severity is FindingSeverity.Advice);
}
