namespace CallIntel.Sdk.Doctor;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What, in words.</param>
/// <param name="Findings">What is not as it should be; empty if all is well.</param>
public sealed record DoctorCheck(string Name, IReadOnlyList<DoctorFinding> Findings);
