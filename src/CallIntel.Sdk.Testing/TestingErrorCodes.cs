namespace CallIntel.Sdk.Testing;

/// <summary>The codes of the exceptions of this package. Each code has a page in <c>docs/diagnostics</c>.</summary>
public static class TestingErrorCodes
{
    /// <summary>No provider of PostgreSQL is available on this machine.</summary>
    public const string NoPostgres = "CI0901";

    /// <summary>The server that <c>CALLINTEL_POSTGRES</c> configures cannot be used.</summary>
    public const string ConfiguredServerUnusable = "CI0902";

    /// <summary>PostgreSQL could not be installed, or the server did not start.</summary>
    public const string ServerDidNotStart = "CI0903";

    /// <summary>
    /// The options contain an unsupported major version, an invalid cluster name or an invalid setting name.
    /// </summary>
    public const string OptionsNotSupported = "CI0904";

    /// <summary>PgBouncer is not available on this machine, or it did not start.</summary>
    public const string NoPgBouncer = "CI0905";

    /// <summary>
    /// A client program of PostgreSQL, such as pg_dump, is missing for the server's version, or it failed.
    /// </summary>
    public const string ProgramFailed = "CI0155";
}
