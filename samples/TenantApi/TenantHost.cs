using System.Security.Cryptography;
using CallIntel.TenantApi.Api;
using CallIntel.TenantApi.Components;
using CallIntel.TenantApi.Demo;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Radzen;

namespace CallIntel.TenantApi;

/// <summary>Puts the API and the page into one process.</summary>
static class TenantHost
{
    public static WebApplication Build(string[] args, DemoDatabase database, string webhookSecret)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            // The page works from any folder, and its files are those of the build.
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
        );
        builder.WebHost.UseStaticWebAssets();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        builder.Configuration["Jwt:Secret"] ??= Convert.ToBase64String(secret);
        if (builder.Configuration["urls"] is null)
            builder.WebHost.UseUrls("http://127.0.0.1:5080");

        builder.AddTenantApi(database.Configure);
        builder
            .Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(options =>
            {
                options.LoginPath = "/sign-in";
                options.Cookie.SameSite = SameSiteMode.Strict;
            })
            .AddJwtBearer(options => JwtAuthentication.Configure(options, builder.Configuration));
        builder
            .Services.AddAuthorizationBuilder()
            .AddPolicy("api", policy =>
                policy.AddAuthenticationSchemes(JwtBearerDefaults.AuthenticationScheme).RequireAuthenticatedUser()
            );
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddRadzenComponents();
        // Cookies of a demo need not outlive it.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddScoped<MemberSession>();
        builder.Services.AddScoped<LiveFeed>();

        WebApplication app = builder.Build();
        app.Use(PageHeaders);
        app.UseExceptionHandler();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseAntiforgery();
        app.UseCallIntel();
        app.MapTenantApi(webhookSecret);
        app.MapDemoSignIn(Convert.FromBase64String(builder.Configuration["Jwt:Secret"]!));
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }

    /// <summary>Forbids the browser to load anything from elsewhere.</summary>
    static Task PageHeaders(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; "
            + "base-uri 'self'; form-action 'self'; object-src 'none'";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        return next(http);
    }
}
