using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Ingestion;

namespace CallIntel.Sdk.Webhooks;

/// <summary>
/// Verifies the header <c>X-Twilio-Signature</c>: HMAC-SHA1 over the URL and the sorted form parameters, or over a URL
/// that contains the digest of the body.
/// </summary>
/// <remarks>
/// Thread-safe. Use one instance for the lifetime of the application. Follows Twilio's documentation except where it
/// would allow a request to be altered: a parameter that is repeated with the same value is refused, and of port
/// numbers only the default port of the scheme may be present or absent. Neither keeps nor logs anything of a request.
/// Twilio does not sign a time, so a repeated request is valid again; <see cref="Ingestion.EventWriter.WriteAsync"/>
/// stores its records once. The signed text of a form has no separators, so anyone who can alter a request in transit
/// could move characters between adjacent names and values: accept webhooks only over HTTPS.
/// </remarks>
public sealed class TwilioSignature
{
    const string DigestParameter = "bodySHA256";

#pragma warning disable CA5350 // Twilio's choice; HMAC does not need the hash to be free of collisions
    static readonly HashAlgorithmName Algorithm = HashAlgorithmName.SHA1;
#pragma warning restore CA5350

    readonly WebhookSecrets _secrets;

    /// <summary>Creates a verifier.</summary>
    /// <param name="authTokens">
    /// The auth token of the account. During a rotation, pass the primary and the secondary token.
    /// </param>
    /// <exception cref="CallIntelException"><c>CI0215</c>: there is no token or a token is empty.</exception>
    public TwilioSignature(params IEnumerable<string> authTokens) => _secrets = new(authTokens);

    /// <summary>
    /// Verifies a request with a form as its body, such as those for calls and messages, or a GET request with an empty
    /// form.
    /// </summary>
    /// <param name="url">
    /// The URL with its query exactly as configured at Twilio. Take it from configuration, not from request headers.
    /// </param>
    /// <param name="form">The decoded form parameters, in any order.</param>
    /// <param name="signature">The value of the header.</param>
    public WebhookVerdict VerifyForm(string url, IEnumerable<KeyValuePair<string, string>> form, string? signature)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(form);
        KeyValuePair<string, string>[] sorted =
        [
            .. form.OrderBy(p => p.Key, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal),
        ];
        StringBuilder parameters = new();
        for (int i = 0; i < sorted.Length; i++)
        {
            // Twilio signs a repeated value only once, so a repetition could change what the application reads.
            if (i > 0 && sorted[i].Key == sorted[i - 1].Key && sorted[i].Value == sorted[i - 1].Value)
                return WebhookVerdict.WrongSignature;
            parameters.Append(sorted[i].Key).Append(sorted[i].Value);
        }
        return Verify(url, parameters.ToString(), signature);
    }

    /// <summary>Verifies a request with another body, for example JSON, whose digest is contained in the URL.</summary>
    /// <param name="url">The requested URL with its query. Take scheme and host from configuration.</param>
    /// <param name="body">The raw body of the request.</param>
    /// <param name="signature">The value of the header.</param>
    public WebhookVerdict VerifyBody(string url, ReadOnlySpan<byte> body, string? signature)
    {
        ArgumentNullException.ThrowIfNull(url);
        WebhookVerdict verdict = Verify(url, "", signature);
        if (verdict != WebhookVerdict.Valid)
            return verdict;
        Span<byte> told = stackalloc byte[SHA256.HashSizeInBytes],
            digest = stackalloc byte[SHA256.HashSizeInBytes];
        if (
            DigestOf(url) is not { Length: 2 * SHA256.HashSizeInBytes } text
            || Convert.FromHexString(text, told, out _, out _) != System.Buffers.OperationStatus.Done
        )
            return WebhookVerdict.Malformed;
        SHA256.HashData(body, digest);
        return CryptographicOperations.FixedTimeEquals(told, digest)
            ? WebhookVerdict.Valid
            : WebhookVerdict.WrongSignature;
    }

    WebhookVerdict Verify(string url, string parameters, string? signature)
    {
        if (string.IsNullOrEmpty(signature))
            return WebhookVerdict.MissingSignature;
        Span<byte> given = stackalloc byte[HMACSHA1.HashSizeInBytes];
        if (
            signature.Length != 28
            || !Convert.TryFromBase64String(signature, given, out int length)
            || length != given.Length
        )
            return WebhookVerdict.Malformed;
        byte[] signed = Encoding.UTF8.GetBytes(parameters);
        bool valid = _secrets.Signed(Algorithm, Encoding.UTF8.GetBytes(url), signed, given);
        if (OtherForm(url) is { } other)
            valid |= _secrets.Signed(Algorithm, Encoding.UTF8.GetBytes(other), signed, given);
        return valid ? WebhookVerdict.Valid : WebhookVerdict.WrongSignature;
    }

    /// <summary>
    /// Returns the same URL with or without the default port of its scheme, because Twilio may sign either form. Null
    /// if there is no other form.
    /// </summary>
    static string? OtherForm(string url)
    {
        string port =
            url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? ":443"
            : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? ":80"
            : "";
        if (port.Length == 0)
            return null;
        int host = url.IndexOf("://", StringComparison.Ordinal) + 3;
        int end = url.AsSpan(host).IndexOfAny('/', '?', '#');
        end = end < 0 ? url.Length : host + end;
        ReadOnlySpan<char> authority = url.AsSpan(host, end - host);
        if (authority.EndsWith(port, StringComparison.Ordinal))
            return url.Remove(end - port.Length, port.Length);
        // A colon elsewhere starts another port or is part of an address in brackets.
        return authority[(authority.LastIndexOfAny('@', ']') + 1)..].Contains(':') ? null : url.Insert(end, port);
    }

    /// <summary>Returns the digest in the query; null unless the query contains exactly one.</summary>
    static string? DigestOf(string url)
    {
        int query = url.IndexOf('?', StringComparison.Ordinal);
        string[] found =
            query < 0
                ? []
                :
                [
                    .. url[(query + 1)..]
                        .Split('#')[0]
                        .Split('&')
                        .Where(p => p.StartsWith(DigestParameter + "=", StringComparison.Ordinal))
                        .Select(p => p[(DigestParameter.Length + 1)..]),
                ];
        return found is [string only] ? only : null;
    }
}
