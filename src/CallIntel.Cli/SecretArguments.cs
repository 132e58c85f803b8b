using System.Text.RegularExpressions;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Cli;

/// <summary>
/// Finds secrets in arguments, which every user of the machine can read. The error does not repeat the secret.
/// </summary>
static partial class SecretArguments
{
    /// <summary>Returns the error for arguments that contain a secret. Null if no argument does.</summary>
    internal static CallIntelException? Find(IEnumerable<string> arguments) =>
        !arguments.Any(argument => Secret().IsMatch(argument))
            ? null
            : new CallIntelException(
                ErrorCodes.SecretInArguments,
                "An argument looks like a secret. Other users of this machine can read the arguments of a process.",
                "Replace the secret, and set the new one in an environment variable or the options file "
                    + "(docs/guides/cli.md)."
            );

    /// <summary>
    /// Matches a connection string or URL that contains a password, and an option whose name suggests a secret.
    /// </summary>
    [GeneratedRegex(
        @"(password|passwd|pwd|passphrase)\s*=|^[a-z]+://[^/@]*:[^/@]*@"
            + "|^--?[a-z-]*(password|passphrase|secret|token|root-key|signing-key|connection-string)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Secret();
}
