using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Ingestion;

namespace CallIntel.Sdk.Webhooks;

/// <summary>
/// Verifies the header <c>X-Twilio-Signature</c>: HMAC-SHA1 over the URL and the sorted form parameters, or over a URL
/// that contains the digest of the body.
/// </summary>
/// <remarks>
/// Thread-safe. Use one instance for the lifetime of the application. Follows Twilio's documentation: a parameter that
/// is repeated with the same value counts once, user name and password in the URL are not signed, and Twilio may sign
/// the URL with or without its port. Neither keeps nor logs anything of a request.
/// Twilio does not sign a time, so a repeated request is valid again; <c>session.Ingestion</c>
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
    /// <param name="form">
    /// The decoded form parameters, in any order. A parameter that is repeated with the same value counts once, because
    /// Twilio signs it once. Ignore such repetitions when you read the form, too.
    /// </param>
    /// <param name="signature">The value of the header.</param>
    public WebhookVerdict VerifyForm(string url, IEnumerable<KeyValuePair<string, string>> form, string? signature)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(form);
        StringBuilder parameters = new();
        foreach (
            (string name, string value) in form.Distinct()
                .OrderBy(p => p.Key, StringComparer.Ordinal)
                .ThenBy(p => p.Value, StringComparer.Ordinal)
        )
            parameters.Append(name).Append(value);
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
        Span<byte> received = stackalloc byte[SHA256.HashSizeInBytes],
            digest = stackalloc byte[SHA256.HashSizeInBytes];
        if (
            DigestOf(url) is not { Length: 2 * SHA256.HashSizeInBytes } text
            || Convert.FromHexString(text, received, out _, out _) != System.Buffers.OperationStatus.Done
        )
            return WebhookVerdict.Malformed;
        SHA256.HashData(body, digest);
        return CryptographicOperations.FixedTimeEquals(received, digest)
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
        bool valid = false;
        foreach (string form in FormsOf(url))
            valid |= _secrets.Signed(Algorithm, Encoding.UTF8.GetBytes(form), signed, given);
        return valid ? WebhookVerdict.Valid : WebhookVerdict.WrongSignature;
    }

    /// <summary>
    /// Returns the forms of a URL that Twilio may sign: with and without its port, which may be the default port of the
    /// scheme, and without user name and password.
    /// </summary>
    static HashSet<string> FormsOf(string url)
    {
        HashSet<string> forms = new(StringComparer.Ordinal) { url };
        string port =
            url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? ":443"
            : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? ":80"
            : "";
        if (port.Length == 0)
            return forms;
        int start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        int end = url.AsSpan(start).IndexOfAny('/', '?', '#');
        end = end < 0 ? url.Length : start + end;
        string scheme = url[..start],
            authority = url[start..end],
            rest = url[end..];
        string server = authority[(authority.LastIndexOf('@') + 1)..],
            credentials = authority[..^server.Length];
        // a colon before a bracket is part of an IPv6 address
        int colon = server.LastIndexOf(':') is int at && at > server.LastIndexOf(']') ? at : -1;
        string host = colon < 0 ? server : server[..colon];
        foreach (string user in (string[])[credentials, ""])
        {
            forms.Add(scheme + user + server + rest);
            forms.Add(scheme + user + host + rest);
            if (colon < 0)
                forms.Add(scheme + user + host + port + rest);
        }
        return forms;
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
