namespace CallIntel.Sdk.Testing;

/// <summary>The codes of the exceptions this package throws; each has a page in <c>docs/diagnostics</c>.</summary>
public static class TestingErrorCodes
{
    /// <summary>None of the ways of getting a PostgreSQL fits this machine.</summary>
    public const string NoPostgres = "CI0901";

    /// <summary>The server that <c>CALLINTEL_POSTGRES</c> names cannot be used.</summary>
    public const string GivenServerUnusable = "CI0902";

    /// <summary>A PostgreSQL was found, but a server of it did not start.</summary>
    public const string ServerDidNotStart = "CI0903";

    /// <summary>The options ask for something that is not offered: a major version, a cluster's name.</summary>
    public const string OptionsNotOffered = "CI0904";

    /// <summary>There is no PgBouncer on this machine and none can be got, or it did not start.</summary>
    public const string NoPgBouncer = "CI0905";

    /// <summary>A program that comes with PostgreSQL, such as pg_dump, is not there for the server's version, or it failed.</summary>
    public const string ProgramFailed = "CI0155";
}
