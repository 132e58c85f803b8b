using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CallIntel.Sdk.Webhooks;

/// <summary>Checks signatures by HMAC-SHA256 over the body, or over a time and the body.</summary>
/// <remarks>
/// Thread-safe; one for each provider for the life of the application. Keeps digests of signatures while their window
/// lasts, and logs nothing.
/// </remarks>
public sealed class HmacSignature
{
    readonly HmacSignatureOptions _options;
    readonly WebhookSecrets _secrets;
    readonly TimeProvider _time;
    readonly SeenSignatures _seen = new();

    /// <summary>Makes a verifier.</summary>
    /// <param name="options">How the provider signs.</param>
    /// <param name="timeProvider">The clock that the window is measured by. Default: the system's.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0215</c>: no secret or an empty one, or a window that cannot be right.
    /// </exception>
    public HmacSignature(HmacSignatureOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _secrets = new WebhookSecrets(options.Secrets);
        if (!Enum.IsDefined(options.Encoding) || options.Prefix is null)
            throw WebhookSecrets.Invalid("How the signature of a webhook is written is not one of the known ways.");
        if (options.Window is { } window && (window < TimeSpan.FromSeconds(1) || window > TimeSpan.FromDays(1)))
            throw WebhookSecrets.Invalid("The window for signatures of a webhook is not between a second and a day.");
        _options = options;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Checks a delivery.</summary>
    /// <param name="body">The body as it came, before anything reads it.</param>
    /// <param name="signature">The value of the header with the signature.</param>
    /// <param name="timestamp">
    /// The value of the header with the time; needed with a <see cref="HmacSignatureOptions.Window"/> and ignored
    /// without.
    /// </param>
    /// <returns>
    /// <see cref="WebhookVerdict.Valid"/> once for a delivery, if there is a window. Should it not get stored,
    /// <see cref="Forget"/> it, so that it is taken when the provider sends it again.
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
        // only what is the provider's is looked at further, so that nobody else fills the memory or asks the clock
        DateTimeOffset now = _time.GetUtcNow();
        if ((now - signedAt).Duration() > window)
            return WebhookVerdict.OutsideWindow;
        return _seen.TryAdd(given, signedAt + window, now) ? WebhookVerdict.Valid : WebhookVerdict.Repeated;
    }

    /// <summary>Takes a delivery again: it was valid, and could not be stored.</summary>
    /// <param name="signature">The value of the header with its signature.</param>
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
