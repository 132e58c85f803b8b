using System.Security.Claims;
using System.Text.Json;
using CallIntel.Sdk.Tenancy;
using Microsoft.AspNetCore.Http;

namespace CallIntel.Sdk.AspNetCore;

/// <summary>Configures how the identity of a session follows from a request.</summary>
public sealed class RequestIdentityOptions
{
    /// <summary>The header that names the org where a preset uses one.</summary>
    public const string OrgHeader = "x-callintel-org";

    /// <summary>
    /// Returns the identity of a request, or <see langword="null"/> if it has none, for example because the user is not
    /// signed in. Called once for each request that uses a session.
    /// </summary>
    /// <value>The default value is <see langword="null"/>. Set it, or call one of the presets. Required.</value>
    /// <remarks>
    /// It runs after authentication. A member must follow from the authenticated user only. An org may come from the
    /// request, because the database refuses members without a role in it (<c>CI0004</c>).
    /// </remarks>
    public Func<HttpContext, CancellationToken, ValueTask<OrgIdentity?>>? Identify { get; set; }

    /// <summary>
    /// The name of the request header in which a client names its <see cref="AccessPurpose"/>, for example
    /// <c>x-callintel-purpose: Support</c>. Owners and admins see hidden contacts only with a purpose.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: requests have the purpose that the identity has.</value>
    public string? PurposeHeader { get; set; }

    /// <summary>
    /// Takes the identity from an access token of Supabase: the member is the user (<c>sub</c>), the org is named by
    /// the header <see cref="OrgHeader"/> or else by <c>org_id</c> in <c>app_metadata</c>.
    /// </summary>
    /// <remarks>
    /// Configure the JWT handler with <c>MapInboundClaims = false</c>. A user can change <c>user_metadata</c>, so it is
    /// not read.
    /// </remarks>
    public void UseSupabase() =>
        UseClaims(
            (user, org) =>
                Guid.TryParse(user.FindFirstValue("sub"), out Guid member)
                && OrgId.TryParse(org ?? AppMetadata(user, "org_id"), null, out OrgId id)
                    ? new OrgIdentity(id, new MemberId(member))
                    : null
        );

    /// <summary>
    /// Takes the identity from an OpenID Connect token. The org is named by a claim or else by the header
    /// <see cref="OrgHeader"/>. The member is the user (<c>sub</c>) if that is a uuid, and otherwise derived from the
    /// issuer and the user with <see cref="MemberId.FromName"/>.
    /// </summary>
    /// <param name="orgClaim">The claim that contains the id of the org, a uuid.</param>
    /// <remarks>Configure the JWT or OpenID Connect handler with <c>MapInboundClaims = false</c>.</remarks>
    public void UseOpenIdConnect(string orgClaim = "org_id")
    {
        ArgumentException.ThrowIfNullOrEmpty(orgClaim);
        UseClaims(
            (user, org) =>
                user.FindFirst("sub") is { } subject
                && OrgId.TryParse(user.FindFirstValue(orgClaim) ?? org, null, out OrgId id)
                    ? new OrgIdentity(id, MemberOf(subject))
                    : null
        );
    }

    /// <summary>Takes the identity from the claims of an authenticated user.</summary>
    /// <param name="identify">
    /// Gets the user and the header <see cref="OrgHeader"/>, which is <see langword="null"/> if the request does not
    /// have exactly one. Returns <see langword="null"/> if the user has no identity.
    /// </param>
    public void UseClaims(Func<ClaimsPrincipal, string?, OrgIdentity?> identify)
    {
        ArgumentNullException.ThrowIfNull(identify);
        Identify = (http, _) =>
            ValueTask.FromResult(
                http.User.Identity is { IsAuthenticated: true }
                    ? identify(http.User, http.Request.Headers[OrgHeader] is [{ Length: > 0 } header] ? header : null)
                    : null
            );
    }

    static MemberId MemberOf(Claim subject) =>
        Guid.TryParse(subject.Value, out Guid member)
            ? new MemberId(member)
            : MemberId.FromName(subject.Issuer, subject.Value);

    /// <summary>Reads a text of the claim <c>app_metadata</c>, which contains JSON.</summary>
    static string? AppMetadata(ClaimsPrincipal user, string name)
    {
        if (user.FindFirstValue("app_metadata") is not { } json)
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return
                document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.TryGetProperty(name, out JsonElement value)
                && value.ValueKind is JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
