using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Webhooks;

/// <summary>How a provider signs with HMAC-SHA256.</summary>
public sealed class HmacSignatureOptions
{
    /// <summary>
    /// The secrets that may have signed, as the provider shows them; their UTF-8 is the key. During a rotation the new
    /// one and the former.
    /// </summary>
    [ProtectedData]
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>How the signature is written.</summary>
    /// <value>The default value is <see cref="SignatureEncoding.Hex"/>.</value>
    public SignatureEncoding Encoding { get; init; }

    /// <summary>What stands before the signature in its header, for example <c>sha256=</c>.</summary>
    /// <value>The default value is empty.</value>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// How far the time of a signature may be from now, before or after. If set, <c>time.body</c> is what is signed,
    /// with the time in seconds since 1970 as delivered, and the same delivery is taken once in this process. A second
    /// up to a day.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: the body alone is signed, and a delivery may be sent again at any
    /// time.
    /// </value>
    public TimeSpan? Window { get; init; }

    /// <summary>Tells nothing of the secrets.</summary>
    public override string ToString() => $"{nameof(HmacSignatureOptions)} {{ {Encoding}, window {Window} *** }}";
}
