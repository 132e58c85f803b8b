using System.Diagnostics.CodeAnalysis;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Crypto.Vault;

/// <summary>A decrypted text, or the reason why there is none.</summary>
/// <param name="Result">The result of the decryption.</param>
/// <param name="Text">The text; <see langword="null"/> unless the result is <see cref="DecryptResult.Ok"/>.</param>
public readonly record struct DecryptedText(DecryptResult Result, string? Text)
{
    /// <summary>Gets whether there is a text.</summary>
    [MemberNotNullWhen(true, nameof(Text))]
    public bool IsOk => Result == DecryptResult.Ok;

    /// <summary>Returns the result, for logs. Never contains the text.</summary>
    /// <returns>The name of the result.</returns>
    public override string ToString() => Result.ToString();
}
