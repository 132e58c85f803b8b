using CallIntel;
using CallIntel.Sdk.AspNetCore;
using CallIntel.Sdk.Webhooks;

#pragma warning disable IDE0130 // where a host looks for it
namespace Microsoft.AspNetCore.Builder;

#pragma warning restore IDE0130

/// <summary>Lets endpoints accept only signed webhooks.</summary>
/// <remarks>
/// The signature is verified before the parameters of the endpoint are bound. A request without a valid signature is
/// answered with 403 and without a reason, one that is too large with 413.
/// </remarks>
public static class WebhookEndpointExtensions
{
    /// <summary>Requires a valid HMAC-SHA256 signature.</summary>
    /// <typeparam name="TBuilder">The type of the endpoint builder.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="verifier">Verifies the signatures of one provider.</param>
    /// <param name="signatureHeader">The header that contains the signature.</param>
    /// <param name="timestampHeader">
    /// The header that contains the time; required if the verifier has a window. Default: none.
    /// </param>
    /// <param name="maxBytes">The maximum size of a request in bytes. Default: 1 MiB.</param>
    /// <remarks>
    /// With a window, a request is accepted once. If the endpoint fails (an exception or a status of 500 and above), it
    /// is accepted again when the provider repeats it.
    /// </remarks>
    public static TBuilder RequireHmacSignature<TBuilder>(
        this TBuilder builder,
        HmacSignature verifier,
        string signatureHeader,
        string? timestampHeader = null,
        int maxBytes = 1 << 20
    )
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(verifier);
        ArgumentException.ThrowIfNullOrEmpty(signatureHeader);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        builder.Add(endpoint =>
            endpoint.RequestDelegate = new HmacEndpoint(
                endpoint.RequestDelegate!,
                verifier,
                signatureHeader,
                timestampHeader,
                maxBytes
            ).InvokeAsync
        );
        return builder;
    }

    /// <summary>
    /// Requires a valid HMAC-SHA256 signature, in hexadecimal, of <c>time.body</c>. The time may differ from now by
    /// five minutes.
    /// </summary>
    /// <typeparam name="TBuilder">The type of the endpoint builder.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="secret">The secret as the provider displays it.</param>
    /// <param name="signatureHeader">The header that contains the signature.</param>
    /// <param name="timestampHeader">The header that contains the time, in seconds since 1970.</param>
    /// <remarks>
    /// A request is accepted once. For a provider that signs in another way, or with two secrets during a rotation, use
    /// the overload with an <see cref="HmacSignature"/>.
    /// </remarks>
    /// <exception cref="CallIntelException"><c>CI0215</c>: the secret is empty.</exception>
    public static TBuilder RequireHmacSignature<TBuilder>(
        this TBuilder builder,
        string secret,
        string signatureHeader,
        string timestampHeader
    )
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireHmacSignature(
            new HmacSignature(new HmacSignatureOptions { Secrets = [secret], Window = TimeSpan.FromMinutes(5) }),
            signatureHeader,
            timestampHeader
        );

    /// <summary>Requires a valid signature of Twilio over the form of the request.</summary>
    /// <typeparam name="TBuilder">The type of the endpoint builder.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="verifier">Verifies the signatures of one account.</param>
    /// <param name="url">
    /// The address that is configured at Twilio, without a query. The query of the request is added. Do not take it
    /// from the request.
    /// </param>
    /// <param name="maxBytes">The maximum size of a request in bytes. Default: 1 MiB.</param>
    public static TBuilder RequireTwilioSignature<TBuilder>(
        this TBuilder builder,
        TwilioSignature verifier,
        string url,
        int maxBytes = 1 << 20
    )
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(verifier);
        ArgumentException.ThrowIfNullOrEmpty(url);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        builder.Add(endpoint =>
            endpoint.RequestDelegate = new TwilioEndpoint(
                endpoint.RequestDelegate!,
                verifier,
                url,
                maxBytes
            ).InvokeAsync
        );
        return builder;
    }
}
