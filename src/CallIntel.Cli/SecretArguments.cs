using System.Text.RegularExpressions;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Cli;

/// <summary>Refuses secrets in arguments, which every user of the machine can read, and does so without repeating them.</summary>
static partial class SecretArguments
{
    internal static CallIntelException? Find(IEnumerable<string> arguments) =>
        !arguments.Any(argument => Secret().IsMatch(argument))
            ? null
            : new CallIntelException(
                ErrorCodes.SecretInArguments,
                "An argument holds a secret: other users of this machine can read it.",
                "Set it in the environment or in the options file (docs/guides/cli.md), and change the secret."
            );

    /// <summary>A connection string with a password, a URL with one, or an option that is called like one.</summary>
    [GeneratedRegex(
        @"(password|passwd|pwd|passphrase)\s*=|^[a-z]+://[^/@]*:[^/@]*@|^--?[a-z-]*(password|passphrase|secret|token|root-key|signing-key|connection-string)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Secret();
}
