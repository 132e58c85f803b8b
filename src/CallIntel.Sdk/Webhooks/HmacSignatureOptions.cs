using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Webhooks;

/// <summary>Configures how a provider signs webhooks with HMAC-SHA256.</summary>
public sealed class HmacSignatureOptions
{
    /// <summary>
    /// The secrets as the provider displays them; the key is their UTF-8 encoding. During a rotation, set both the new
    /// and the old secret.
    /// </summary>
    [ProtectedData]
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>The encoding of the signature.</summary>
    /// <value>The default value is <see cref="SignatureEncoding.Hex"/>.</value>
    public SignatureEncoding Encoding { get; init; }

    /// <summary>The text before the signature in its header, for example <c>sha256=</c>.</summary>
    /// <value>The default value is empty.</value>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// The maximum difference between the time of a signature and now, in both directions: one second to one day. If it
    /// is set, the signature covers <c>time.body</c>, with the time in seconds since 1970 as sent, and this process
    /// accepts the same request only once.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: the signature covers only the body, and a request can be repeated
    /// at any time.
    /// </value>
    public TimeSpan? Window { get; init; }

    /// <summary>Returns the encoding and the window; the secrets are not included.</summary>
    public override string ToString() => $"{nameof(HmacSignatureOptions)} {{ {Encoding}, window {Window} *** }}";
}
