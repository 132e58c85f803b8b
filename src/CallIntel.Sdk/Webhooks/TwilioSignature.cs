using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Ingestion;

namespace CallIntel.Sdk.Webhooks;

/// <summary>
/// Checks the header <c>X-Twilio-Signature</c>: HMAC-SHA1 over the address and the sorted parameters of the form, or
/// over the address that names the body's digest.
/// </summary>
/// <remarks>
/// Thread-safe; one for the life of the application. As Twilio documents it, but for what would let a delivery be
/// altered: a parameter that is repeated with the same value is refused, and of ports only the usual one of the scheme
/// may be there or missing. Keeps and logs nothing of a delivery. Twilio signs no time: a delivery that is sent again
/// is valid again, and stored once by <see cref="Ingestion.EventWriter.WriteAsync"/>. What it signs of a form has no
/// separators, so who can alter a request on its way can move letters between neighbouring names and values: take
/// webhooks by HTTPS only.
/// </remarks>
public sealed class TwilioSignature
{
    const string DigestParameter = "bodySHA256";

#pragma warning disable CA5350 // Twilio's choice; HMAC does not need the hash to be free of collisions
    static readonly HashAlgorithmName Algorithm = HashAlgorithmName.SHA1;
#pragma warning restore CA5350

    readonly WebhookSecrets _secrets;

    /// <summary>Makes a verifier.</summary>
    /// <param name="authTokens">The auth token of the account; during a rotation the primary and the secondary.</param>
    /// <exception cref="CallIntelException"><c>CI0215</c>: none, or an empty one.</exception>
    public TwilioSignature(params IEnumerable<string> authTokens) => _secrets = new(authTokens);

    /// <summary>
    /// Checks a delivery whose body is a form, as those of calls and messages are, or a GET, whose form is empty.
    /// </summary>
    /// <param name="url">
    /// The address exactly as Twilio was given it, with its query: from configuration, not from headers of the request.
    /// </param>
    /// <param name="form">The decoded parameters of the form, in any order.</param>
    /// <param name="signature">The header's value.</param>
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
            // Twilio signs a repeated value once: whoever repeats it could change what the application reads
            if (i > 0 && sorted[i].Key == sorted[i - 1].Key && sorted[i].Value == sorted[i - 1].Value)
                return WebhookVerdict.WrongSignature;
            parameters.Append(sorted[i].Key).Append(sorted[i].Value);
        }
        return Verify(url, parameters.ToString(), signature);
    }

    /// <summary>Checks a delivery with another body, JSON for example, whose digest stands in the address.</summary>
    /// <param name="url">The address as it was requested, with its query; scheme and host from configuration.</param>
    /// <param name="body">The body as it came, before anything reads it.</param>
    /// <param name="signature">The header's value.</param>
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
    /// The same address with the usual port of its scheme, or without it: Twilio signs either. Null if there is no such
    /// form.
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
        // a colon elsewhere begins another port, or is part of an address in brackets
        return authority[(authority.LastIndexOfAny('@', ']') + 1)..].Contains(':') ? null : url.Insert(end, port);
    }

    /// <summary>Null unless the query names it exactly once.</summary>
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
