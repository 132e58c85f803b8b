using System.Security.Cryptography;
using System.Text;

namespace CallIntel.Sdk.Migrations;

/// <summary>One file of the SQL package.</summary>
/// <param name="Name">Its path within the package, for example <c>schema/V0001__roles.sql</c>.</param>
/// <param name="Version">The number of a versioned file; null for a repeatable one.</param>
/// <param name="Text">Its text with LF line ends.</param>
sealed record SqlScript(string Name, int? Version, string Text)
{
    /// <summary>SHA-256 over the text with LF line ends, so that a checkout with CRLF is the same file.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
}
