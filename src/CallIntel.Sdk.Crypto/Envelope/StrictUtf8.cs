using System.Text;

namespace CallIntel.Sdk.Crypto.Envelope;

/// <summary>UTF-8 that refuses lone surrogates instead of replacing them: a replaced character would be silent loss.</summary>
internal static class StrictUtf8
{
    internal static readonly UTF8Encoding Encoding = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );
}
