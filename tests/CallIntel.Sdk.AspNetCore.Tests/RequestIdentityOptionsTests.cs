using System.Security.Claims;
using CallIntel.Sdk.Tenancy;
using Microsoft.AspNetCore.Http;

namespace CallIntel.Sdk.AspNetCore.Tests;

public sealed class RequestIdentityOptionsTests
{
    static readonly OrgId Org = new(new Guid("0b7c0f0a-9d5e-4c56-8a39-0f6f2f1c7a10"));
    static readonly OrgId Other = new(new Guid("7d4d6f0e-52a5-4a61-a1d4-6b5c0a2f9d11"));
    static readonly MemberId Member = new(new Guid("3b0a6c59-2f0d-4a53-8a55-7d1d8e0e4c12"));

    [Fact]
    public async Task Supabase_names_the_member_by_sub_and_the_org_by_the_header_or_by_app_metadata()
    {
        RequestIdentityOptions options = new();
        options.UseSupabase();
        Claim sub = new("sub", Member.ToString());
        Claim metadata = new("app_metadata", $$"""{"provider":"email","org_id":"{{Org}}"}""");
        Assert.Equal(new OrgIdentity(Org, Member), await IdentifyAsync(options, null, sub, metadata));
        Assert.Equal(new OrgIdentity(Other, Member), await IdentifyAsync(options, Other.ToString(), sub, metadata));
        Assert.Equal(new OrgIdentity(Other, Member), await IdentifyAsync(options, Other.ToString(), sub));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"org_id":7}""")]
    [InlineData("""{"org_id":"mine"}""")]
    [InlineData("{}")]
    public async Task App_metadata_without_an_org_gives_no_identity(string json)
    {
        RequestIdentityOptions options = new();
        options.UseSupabase();
        Assert.Null(
            await IdentifyAsync(options, null, new Claim("sub", Member.ToString()), new Claim("app_metadata", json))
        );
    }

    [Fact]
    public async Task Metadata_that_the_user_can_change_names_no_org()
    {
        RequestIdentityOptions options = new();
        options.UseSupabase();
        Claim metadata = new("user_metadata", $$"""{"org_id":"{{Org}}"}""");
        Assert.Null(await IdentifyAsync(options, null, new Claim("sub", Member.ToString()), metadata));
    }

    [Fact]
    public async Task OpenID_Connect_takes_the_org_from_the_claim_before_the_header()
    {
        RequestIdentityOptions options = new();
        options.UseOpenIdConnect("tenant");
        Claim sub = new("sub", Member.ToString()),
            tenant = new("tenant", Org.ToString());
        Assert.Equal(new OrgIdentity(Org, Member), await IdentifyAsync(options, Other.ToString(), sub, tenant));
        Assert.Equal(new OrgIdentity(Other, Member), await IdentifyAsync(options, Other.ToString(), sub));
        Assert.Null(await IdentifyAsync(options, null, sub));
        Assert.Null(await IdentifyAsync(options, Other.ToString(), tenant));
    }

    [Fact]
    public async Task Users_of_different_issuers_with_the_same_name_are_different_members()
    {
        RequestIdentityOptions options = new();
        options.UseOpenIdConnect();
        OrgIdentity? one = await IdentifyAsync(options, Org.ToString(), Subject("https://one.example")),
            again = await IdentifyAsync(options, Org.ToString(), Subject("https://one.example")),
            two = await IdentifyAsync(options, Org.ToString(), Subject("https://two.example"));
        Assert.NotNull(one);
        Assert.Equal(one, again);
        Assert.NotEqual(one, two);

        static Claim Subject(string issuer) => new("sub", "auth0|4711", null, issuer);
    }

    [Fact]
    public async Task A_user_who_is_not_authenticated_has_no_identity_whatever_the_claims_say()
    {
        RequestIdentityOptions options = new();
        options.UseOpenIdConnect();
        DefaultHttpContext http = new()
        {
            User = new ClaimsPrincipal(new ClaimsIdentity([new("sub", $"{Member}"), new("org_id", $"{Org}")])),
        };
        Assert.Null(await options.Identify!(http, TestContext.Current.CancellationToken));
    }

    static async Task<OrgIdentity?> IdentifyAsync(RequestIdentityOptions options, string? header, params Claim[] claims)
    {
        DefaultHttpContext http = new() { User = new ClaimsPrincipal(new ClaimsIdentity(claims, "test")) };
        if (header is not null)
            http.Request.Headers[RequestIdentityOptions.OrgHeader] = header;
        return await options.Identify!(http, TestContext.Current.CancellationToken);
    }
}
