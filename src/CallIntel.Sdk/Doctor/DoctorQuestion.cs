namespace CallIntel.Sdk.Doctor;

/// <summary>A query whose every row is a sentence that says what is wrong.</summary>
sealed record DoctorQuestion(string Check, string Code, FindingSeverity Severity, string Remedy, string Sql)
{
    /// <summary>Whether the SQL package has to be installed for it.</summary>
    internal bool NeedsSchema { get; init; } = true;
}
