using System.Text;

namespace CallIntel.Sdk.Crypto.Primitives;

/// <summary>UTF-8 that rejects lone surrogates. Replacing them would silently change the text.</summary>
static class StrictUtf8
{
    internal static readonly UTF8Encoding Encoding = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );
}
