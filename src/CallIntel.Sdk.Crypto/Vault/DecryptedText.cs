using System.Diagnostics.CodeAnalysis;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Crypto.Vault;

/// <summary>A decrypted text, or why there is none.</summary>
/// <param name="Result">What became of the decryption.</param>
/// <param name="Text">The text; <see langword="null"/> unless the result is <see cref="DecryptResult.Ok"/>.</param>
public readonly record struct DecryptedText(DecryptResult Result, string? Text)
{
    /// <summary>Whether there is a text.</summary>
    [MemberNotNullWhen(true, nameof(Text))]
    public bool IsOk => Result == DecryptResult.Ok;

    /// <summary>The result. Never the text.</summary>
    /// <returns>For logs.</returns>
    public override string ToString() => Result.ToString();
}
