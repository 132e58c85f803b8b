using System.Security.Claims;
using CallIntel.Sdk.Tenancy;
using CallIntel.TenantApi.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CallIntel.TenantApi.Demo;

/// <summary>
/// Signs in as a member of the demo without a password. An application replaces it by its identity provider.
/// </summary>
static class DemoSignIn
{
    public static void MapDemoSignIn(this WebApplication app, byte[] secret)
    {
        app.MapPost("/sign-in", async ([FromForm] OrgRole role, HttpContext http) =>
        {
            ClaimsIdentity identity = new(Claims(role), CookieAuthenticationDefaults.AuthenticationScheme);
            await http.SignInAsync(new ClaimsPrincipal(identity));
            return Results.LocalRedirect("/");
        });
        app.MapPost("/sign-out", SignOutAsync).DisableAntiforgery();
        app.MapGet("/sign-out", SignOutAsync);
        app.MapGet("/demo/token", (OrgRole role) => Token(role, secret));
    }

    static async Task<IResult> SignOutAsync(HttpContext http, string? reason = null)
    {
        await http.SignOutAsync();
        return Results.LocalRedirect(reason == "removed" ? "/sign-in?reason=removed" : "/sign-in");
    }

    /// <summary>The claims of an access token of Supabase.</summary>
    static Claim[] Claims(OrgRole role)
    {
        DemoMember member = DemoPeople.With(role);
        return
        [
            new("sub", member.Id.ToString()),
            new("name", member.Name),
            new("org_id", DemoDatabase.Org.ToString()),
            new("app_metadata", $$"""{"org_id":"{{DemoDatabase.Org}}"}""", JsonClaimValueTypes.Json),
        ];
    }

    static string Token(OrgRole role, byte[] secret) =>
        new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Subject = new ClaimsIdentity(Claims(role)),
                Audience = JwtAuthentication.Audience,
                SigningCredentials = new SigningCredentials(
                    new SymmetricSecurityKey(secret),
                    SecurityAlgorithms.HmacSha256
                ),
            }
        );
}
