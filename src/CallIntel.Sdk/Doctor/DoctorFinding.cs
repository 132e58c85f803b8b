namespace CallIntel.Sdk.Doctor;

/// <summary>Something that is not as it should be.</summary>
/// <param name="Code">A stable code with a page in <c>docs/diagnostics</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Problem">What was found. Names roles, tables and settings; never a value of a row.</param>
/// <param name="Remedy">What to do.</param>
public sealed record DoctorFinding(string Code, FindingSeverity Severity, string Problem, string Remedy);
