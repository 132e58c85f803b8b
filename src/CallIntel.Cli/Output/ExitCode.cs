namespace CallIntel.Cli.Output;

/// <summary>The exit codes of the program. <c>docs/guides/cli.md</c> documents them, so they do not change.</summary>
enum ExitCode
{
    /// <summary>The command completed and found no problem.</summary>
    Ok = 0,

    /// <summary>
    /// The command completed and found something that needs attention: findings, rejects, an unhealthy stream.
    /// </summary>
    Findings = 1,

    /// <summary>The command, the options file or a mapping is invalid. The command did nothing.</summary>
    Usage = 2,

    /// <summary>The server could not be reached, or refused the login.</summary>
    Unreachable = 3,

    /// <summary>The command started but did not complete.</summary>
    Failed = 4,

    /// <summary>
    /// The command was stopped by Ctrl-C or SIGTERM. The value follows shells: 128 plus the number of SIGINT.
    /// </summary>
    Interrupted = 130,
}
