namespace CallIntel.Sdk.Doctor;

/// <summary>A problem that <see cref="DatabaseDoctor"/> found.</summary>
/// <param name="Code">A stable code with a page in <c>docs/diagnostics</c>, for example <c>CI0222</c>.</param>
/// <param name="Severity">The severity of the problem.</param>
/// <param name="Problem">A description of the problem. Names roles, tables and settings, but no value of a row.</param>
/// <param name="Remedy">What to do about the problem.</param>
public sealed record DoctorFinding(string Code, FindingSeverity Severity, string Problem, string Remedy);
