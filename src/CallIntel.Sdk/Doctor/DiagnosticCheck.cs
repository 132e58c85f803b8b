namespace CallIntel.Sdk.Doctor;

/// <summary>A query that returns one row, a description of the problem, for each problem it finds.</summary>
/// <param name="Group">The name of the <see cref="DoctorCheck"/> that reports the findings.</param>
/// <param name="Code">The code of the findings.</param>
/// <param name="Severity">The severity of the findings.</param>
/// <param name="Remedy">The remedy of the findings.</param>
/// <param name="Sql">The query.</param>
sealed record DiagnosticCheck(string Group, string Code, FindingSeverity Severity, string Remedy, string Sql)
{
    /// <summary>
    /// The oids of the schemas of the SQL package, for <c>in</c>. Null for a schema that does not exist.
    /// </summary>
    internal const string PackageSchemas =
        "(to_regnamespace('callintel')::oid, to_regnamespace('callintel_private')::oid)";

    /// <summary>Whether the query requires an installed SQL package. Default: true.</summary>
    internal bool NeedsSchema { get; init; } = true;

    /// <summary>The first version of the schema that has what the query reads. Default: any.</summary>
    internal int SinceVersion { get; init; }
}
