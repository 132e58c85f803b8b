using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CallIntel.Sdk.AspNetCore;

/// <summary>Opens a session for each request that has an identity.</summary>
/// <remarks>Opening a session contacts the database only before the first session of the process.</remarks>
sealed class RequestSessionMiddleware(RequestDelegate next, CallIntelDataSource source, RequestIdentityOptions options)
{
    public async Task InvokeAsync(HttpContext http)
    {
        OrgIdentity? found = await options.Identify!(http, http.RequestAborted).ConfigureAwait(false);
        if (found is { } identity)
        {
            if (options.PurposeHeader is { } header && http.Request.Headers[header] is { Count: > 0 } purpose)
                identity = identity with { Purpose = ParsePurpose(purpose) };
            await http
                .RequestServices.GetRequiredService<RequestSession>()
                .OpenAsync(source, identity, http)
                .ConfigureAwait(false);
        }
        await next(http).ConfigureAwait(false);
    }

    static AccessPurpose ParsePurpose(string? text) =>
        // Enum.TryParse also accepts numbers.
        Enum.TryParse(text, ignoreCase: true, out AccessPurpose purpose)
        && Enum.IsDefined(purpose)
        && char.IsAsciiLetter(text![0])
            ? purpose
            : throw new CallIntelException(
                ErrorCodes.InvalidPurpose,
                "The header with the purpose of the request does not contain one purpose.",
                $"Send one of {string.Join(", ", Enum.GetNames<AccessPurpose>())}."
            );
}
