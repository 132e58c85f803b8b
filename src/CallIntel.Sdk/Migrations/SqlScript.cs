using System.Security.Cryptography;
using System.Text;

namespace CallIntel.Sdk.Migrations;

/// <summary>A file of the SQL package.</summary>
/// <param name="Name">The path within the package, for example <c>schema/V0001__roles.sql</c>.</param>
/// <param name="Version">The number of a versioned file; null for a repeatable file.</param>
/// <param name="Text">The text with LF line endings.</param>
sealed record SqlScript(string Name, int? Version, string Text)
{
    /// <summary>
    /// The SHA-256 digest of the text. With LF line endings, it does not depend on the checkout settings.
    /// </summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
}
