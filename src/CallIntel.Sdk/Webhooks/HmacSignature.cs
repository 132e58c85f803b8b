using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CallIntel.Sdk.Webhooks;

/// <summary>Verifies HMAC-SHA256 signatures over the body of a webhook, or over a time and the body.</summary>
/// <remarks>
/// Thread-safe. Use one instance per provider for the lifetime of the application. Keeps digests of signatures until
/// their window ends. Does not log.
/// </remarks>
public sealed class HmacSignature
{
    readonly HmacSignatureOptions _options;
    readonly WebhookSecrets _secrets;
    readonly TimeProvider _time;
    readonly SeenSignatures _seen = new();

    /// <summary>Creates a verifier.</summary>
    /// <param name="options">The options: how the provider signs.</param>
    /// <param name="timeProvider">The clock for the window. Default: the system clock.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0215</c>: there is no secret, a secret is empty, or an option is invalid.
    /// </exception>
    public HmacSignature(HmacSignatureOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _secrets = new WebhookSecrets(options.Secrets);
        if (!Enum.IsDefined(options.Encoding) || options.Prefix is null)
            throw WebhookSecrets.Invalid("The encoding of the webhook signature is not a value of SignatureEncoding.");
        if (options.Window is { } window && (window < TimeSpan.FromSeconds(1) || window > TimeSpan.FromDays(1)))
            throw WebhookSecrets.Invalid("The window for webhook signatures is not between one second and one day.");
        _options = options;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Verifies the signature of a webhook request.</summary>
    /// <param name="body">The raw body of the request.</param>
    /// <param name="signature">The value of the header that contains the signature.</param>
    /// <param name="timestamp">
    /// The value of the header that contains the time. Required if a <see cref="HmacSignatureOptions.Window"/> is set,
    /// otherwise ignored.
    /// </param>
    /// <returns>
    /// The verdict. If a window is set, <see cref="WebhookVerdict.Valid"/> is returned only once for the same request.
    /// If its records cannot be stored, call <see cref="Forget"/>, so that the request is accepted when the provider
    /// sends it again.
    /// </returns>
    public WebhookVerdict Verify(ReadOnlySpan<byte> body, string? signature, string? timestamp = null)
    {
        if (string.IsNullOrEmpty(signature))
            return WebhookVerdict.MissingSignature;
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        DateTimeOffset signedAt = default;
        if (!TryRead(signature, given) || (_options.Window is not null && !TryReadTime(timestamp, out signedAt)))
            return WebhookVerdict.Malformed;
        byte[] prefix = _options.Window is null ? [] : Encoding.ASCII.GetBytes(timestamp + ".");
        if (!_secrets.Signed(HashAlgorithmName.SHA256, prefix, body, given))
            return WebhookVerdict.WrongSignature;
        if (_options.Window is not { } window)
            return WebhookVerdict.Valid;
        // Check the time and remember the signature only if it is valid, so that others cannot fill the memory.
        DateTimeOffset now = _time.GetUtcNow();
        if ((now - signedAt).Duration() > window)
            return WebhookVerdict.OutsideWindow;
        return _seen.TryAdd(given, signedAt + window, now) ? WebhookVerdict.Valid : WebhookVerdict.Repeated;
    }

    /// <summary>Accepts a valid request again, because its records could not be stored.</summary>
    /// <param name="signature">The value of the header that contains the signature.</param>
    public void Forget(string signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (TryRead(signature, given))
            _seen.Remove(given);
    }

    bool TryRead(string signature, Span<byte> given)
    {
        if (!signature.StartsWith(_options.Prefix, StringComparison.Ordinal))
            return false;
        ReadOnlySpan<char> text = signature.AsSpan(_options.Prefix.Length);
        return _options.Encoding is SignatureEncoding.Hex
            ? text.Length == 2 * given.Length
                && Convert.FromHexString(text, given, out _, out _) == System.Buffers.OperationStatus.Done
            : text.Length == 44 && Convert.TryFromBase64Chars(text, given, out int length) && length == given.Length;
    }

    static bool TryReadTime(string? text, out DateTimeOffset time)
    {
        time = default;
        if (
            !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || seconds > DateTimeOffset.MaxValue.AddDays(-2).ToUnixTimeSeconds()
        )
            return false;
        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }
}
