using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CallIntel.TenantApi.Api;

/// <summary>
/// Accepts access tokens that are signed with a shared secret (HS256, <c>Jwt:Secret</c>), with a key of a JWKS
/// document (<c>Jwt:Keys</c>, the address of the document), or with either.
/// </summary>
static class JwtAuthentication
{
    public const string Audience = "authenticated";

    public static void Configure(JwtBearerOptions options, IConfiguration configuration)
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = JwtAuthentication.Audience,
            ValidIssuer = configuration["Jwt:Issuer"],
            ValidateIssuer = configuration["Jwt:Issuer"] is not null,
            // A token cannot choose another algorithm, for example a public key as the secret of an HMAC.
            ValidAlgorithms =
            [
                SecurityAlgorithms.HmacSha256,
                SecurityAlgorithms.EcdsaSha256,
                SecurityAlgorithms.RsaSha256,
            ],
        };
        if (configuration["Jwt:Secret"] is { } secret)
            options.TokenValidationParameters.IssuerSigningKey = new SymmetricSecurityKey(
                Convert.FromBase64String(secret)
            );
        if (configuration["Jwt:Keys"] is { } keys)
            options.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                keys,
                new KeysRetriever(),
                new HttpDocumentRetriever { RequireHttps = !new Uri(keys).IsLoopback }
            );
    }

    /// <summary>Reads a JWKS document, which is fetched again when a token names an unknown key.</summary>
    sealed class KeysRetriever : IConfigurationRetriever<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(
            string address,
            IDocumentRetriever retriever,
            CancellationToken cancel
        )
        {
            OpenIdConnectConfiguration configuration = new();
            JsonWebKeySet keys = new(await retriever.GetDocumentAsync(address, cancel));
            foreach (SecurityKey key in keys.GetSigningKeys())
                configuration.SigningKeys.Add(key);
            return configuration;
        }
    }
}
