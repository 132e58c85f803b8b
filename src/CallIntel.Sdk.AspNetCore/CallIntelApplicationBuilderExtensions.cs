using CallIntel.Sdk.AspNetCore;

#pragma warning disable IDE0130 // where a host looks for it
namespace Microsoft.AspNetCore.Builder;

#pragma warning restore IDE0130

/// <summary>Adds CallIntel to the middleware of an ASP.NET Core application.</summary>
public static class CallIntelApplicationBuilderExtensions
{
    /// <summary>
    /// Opens an <c>OrgSession</c> for each request that has an identity. Call it after <c>UseAuthentication</c> and
    /// <c>UseExceptionHandler</c>, and call <c>AddAspNetCore</c> as well.
    /// </summary>
    /// <param name="app">The application.</param>
    public static IApplicationBuilder UseCallIntel(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.UseMiddleware<RequestSessionMiddleware>();
    }
}
