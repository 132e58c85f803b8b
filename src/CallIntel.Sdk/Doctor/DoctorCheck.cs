namespace CallIntel.Sdk.Doctor;

/// <summary>The result of one group of checks, for example those of the database roles.</summary>
/// <param name="Name">The name of the group, in English, for example <c>Database roles</c>.</param>
/// <param name="Findings">The problems that were found. Empty if there are none.</param>
public sealed record DoctorCheck(string Name, IReadOnlyList<DoctorFinding> Findings);
