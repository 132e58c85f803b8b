using System.Security.Cryptography;
using CallIntel.Sdk;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.TenantApi.Api;
using CallIntel.TenantApi.Components;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Radzen;

namespace CallIntel.TenantApi.Demo;

/// <summary>Puts the API and the page into one process.</summary>
static class TenantHost
{
    /// <param name="configure">Changes the options that the demo sets. Default: none.</param>
    public static WebApplication Build(
        string[] args,
        DemoDatabase database,
        string webhookSecret,
        Action<CallIntelOptions>? configure = null
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            // The page works from any folder, and its files are those of the build.
            new WebApplicationOptions
            {
                Args = args,
                ContentRootPath = AppContext.BaseDirectory,
                ApplicationName = typeof(TenantHost).Assembly.GetName().Name,
            }
        );
        builder.WebHost.UseStaticWebAssets();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        builder.Configuration["Jwt:Secret"] ??= Convert.ToBase64String(secret);
        if (builder.Configuration["urls"] is null)
            builder.WebHost.UseUrls("http://127.0.0.1:5080");

        builder.AddTenantApi(options =>
        {
            database.Configure(options);
            configure?.Invoke(options);
        });
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
        builder.Services.AddResponseCompression(options => options.MimeTypes = ["text/css", "text/javascript"]);
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddRadzenComponents();
        // Cookies of a demo need not outlive it.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddScoped<MemberSession>();
        builder.Services.AddScoped<LiveFeed>();
        builder.Services.AddSingleton(database.Proof);

        WebApplication app = builder.Build();
        app.Use(PageHeaders);
        // Styles and scripts of packages are compressed when an application is published, but not when it is built.
        app.UseResponseCompression();
        app.UseExceptionHandler();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseAntiforgery();
        app.UseCallIntel();
        app.MapTenantApi(webhookSecret);
        app.MapDemoSignIn(Convert.FromBase64String(builder.Configuration["Jwt:Secret"]!));
        app.MapGet("/privacy/{request}/certificate", CertificateAsync).RequireAuthorization();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }

    /// <summary>The newest certificate of an erasure, as admins give it to the person.</summary>
    static async Task<IResult> CertificateAsync(SubjectRequestId request, OrgSession session, CancellationToken ct) =>
        (await session.SubjectRequests.ListCertificatesAsync(request, ct)) is [.., { } newest]
            ? Results.Text(newest.Text, "application/jose")
            : Results.NotFound();

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

    /// <summary>Starts the application and requests its first page once.</summary>
    internal static async Task StartAsync(WebApplication app, CancellationToken stop)
    {
        await app.StartAsync(stop);
        // The first page of a process takes long, because its code is compiled. This happens while records are stored.
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.First()) };
        await client.GetStringAsync("/sign-in", stop);
    }
}
