using CallIntel.Sdk.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.AspNetCore;

/// <summary>An endpoint that runs after the HMAC signature of the request was verified.</summary>
sealed class HmacEndpoint(
    RequestDelegate next,
    HmacSignature verifier,
    string signatureHeader,
    string? timestampHeader,
    int maxBytes
)
{
    internal async Task InvokeAsync(HttpContext http)
    {
        if (await WebhookRequest.ReadAsync(http, maxBytes).ConfigureAwait(false) is not { } body)
            return;
        string? signature = WebhookRequest.Single(http, signatureHeader);
        WebhookVerdict verdict = verifier.Verify(
            body,
            signature,
            timestampHeader is null ? null : WebhookRequest.Single(http, timestampHeader)
        );
        if (verdict is not WebhookVerdict.Valid)
        {
            WebhookRequest.Refuse(http, verdict);
            return;
        }
        bool succeeded = false;
        try
        {
            await next(http).ConfigureAwait(false);
            succeeded = http.Response.StatusCode < StatusCodes.Status500InternalServerError;
        }
        finally
        {
            if (!succeeded)
                verifier.Forget(signature!);
        }
    }
}

/// <summary>An endpoint that runs after Twilio's signature of the form was verified.</summary>
sealed class TwilioEndpoint(RequestDelegate next, TwilioSignature verifier, string url, int maxBytes)
{
    internal async Task InvokeAsync(HttpContext http)
    {
        WebhookRequest.Limit(http, maxBytes);
        IFormCollection form = FormCollection.Empty;
        try
        {
            if (http.Request.HasFormContentType)
                form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            http.Response.StatusCode = e.StatusCode;
            return;
        }
        catch (InvalidDataException)
        {
            // The form has too many values, or they are too long.
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        WebhookVerdict verdict = verifier.VerifyForm(
            url + http.Request.QueryString,
            form.SelectMany(p => p.Value, (p, value) => KeyValuePair.Create(p.Key, value ?? "")),
            WebhookRequest.Single(http, "X-Twilio-Signature")
        );
        if (verdict is WebhookVerdict.Valid)
            await next(http).ConfigureAwait(false);
        else
            WebhookRequest.Refuse(http, verdict);
    }
}

/// <summary>Reads and refuses the requests of webhooks.</summary>
static class WebhookRequest
{
    /// <summary>Returns the value of a header; null unless the request has exactly one.</summary>
    internal static string? Single(HttpContext http, string header) =>
        http.Request.Headers[header] is [{ } value] ? value : null;

    internal static void Limit(HttpContext http, int maxBytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = maxBytes;
    }

    /// <summary>Reads the body, so that the endpoint can read it again.</summary>
    /// <returns>Null if it is too large, or if the client hung up; the request is answered then.</returns>
    internal static async Task<byte[]?> ReadAsync(HttpContext http, int maxBytes)
    {
        using MemoryStream body = new();
        byte[] buffer = new byte[16 * 1024];
        int read;
        try
        {
            while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted).ConfigureAwait(false)) > 0)
            {
                if (body.Length + read > maxBytes)
                {
                    http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                    return null;
                }
                body.Write(buffer, 0, read);
            }
        }
        catch (BadHttpRequestException e)
        {
            // The body ended before its length, or it is not what its headers say.
            http.Response.StatusCode = e.StatusCode;
            return null;
        }
        byte[] bytes = body.ToArray();
        http.Request.Body = new MemoryStream(bytes, writable: false);
        return bytes;
    }

    internal static void Refuse(HttpContext http, WebhookVerdict verdict)
    {
        http.RequestServices.GetRequiredService<ILoggerFactory>()
            .CreateLogger("CallIntel.Sdk.AspNetCore")
            .WebhookRefused(verdict);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
    }
}
