namespace CallIntel.Cli.Output;

/// <summary>What the program ends with; <c>docs/guides/cli.md</c> promises these.</summary>
enum ExitCode
{
    Ok = 0,

    /// <summary>It worked, and something wants attention: findings, rejects, a stream that is not well.</summary>
    Findings = 1,

    /// <summary>The command, its options file or a mapping is wrong. Nothing was done.</summary>
    Usage = 2,

    /// <summary>The server cannot be reached, or refuses the login.</summary>
    Unreachable = 3,

    /// <summary>It began and did not come to its end.</summary>
    Failed = 4,

    /// <summary>Stopped by ctrl-C or SIGTERM; as shells have it, 128 and the number of SIGINT.</summary>
    Interrupted = 130,
}
