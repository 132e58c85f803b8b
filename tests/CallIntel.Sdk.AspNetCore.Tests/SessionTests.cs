using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.AspNetCore.Tests;

/// <summary>Tests the session of a request, and the answers to errors.</summary>
public sealed class SessionTests(WebHost host)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_reads_as_its_member_and_ids_are_texts_in_routes_and_in_JSON()
    {
        ContactId contact = await host.StoreAsync("+4532100001", "own");
        using HttpClient client = host.CreateClient(OrgRole.Analyst);
        JsonElement events = await client.GetFromJsonAsync<JsonElement>($"/contacts/{contact}/events", Cancellation);
        Assert.Equal(contact.ToString(), Assert.Single(events.EnumerateArray()).GetProperty("contact").GetString());

        using HttpClient other = host.CreateClient(host.OtherOrg.Id, host.OtherOrg.Members[OrgRole.Owner]);
        Assert.Equal("[]", await other.GetStringAsync($"/contacts/{contact}/events", Cancellation));
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await client.GetAsync("/contacts/no-id/events", Cancellation)).StatusCode
        );
    }

    [Fact]
    public async Task A_request_without_an_identity_is_unauthorized()
    {
        using HttpClient nobody = host.CreateClient();
        await AssertProblemAsync(
            await nobody.GetAsync("/events", Cancellation),
            HttpStatusCode.Unauthorized,
            ErrorCodes.NoIdentity
        );
    }

    [Fact]
    public async Task A_member_of_another_org_and_a_role_without_the_permission_are_forbidden()
    {
        using HttpClient stranger = host.CreateClient(host.Org.Id, host.OtherOrg.Members[OrgRole.Owner]);
        await AssertProblemAsync(
            await stranger.GetAsync("/events", Cancellation),
            HttpStatusCode.Forbidden,
            ErrorCodes.NotAMember
        );
        ContactId contact = await host.StoreAsync("+4532100002", "forbidden");
        using HttpClient viewer = host.CreateClient(OrgRole.Viewer);
        string body = await AssertProblemAsync(
            await viewer.PutAsync($"/contacts/{contact}/name?name=Ada", null, Cancellation),
            HttpStatusCode.Forbidden,
            ErrorCodes.NotAllowed
        );
        Assert.DoesNotContain("Ada", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_exist_and_what_is_invalid_have_their_own_statuses()
    {
        using HttpClient owner = host.CreateClient(OrgRole.Owner);
        await AssertProblemAsync(
            await owner.PutAsync($"/contacts/{Guid.CreateVersion7()}/name?name=Ada", null, Cancellation),
            HttpStatusCode.NotFound,
            ErrorCodes.ContactNotFound
        );
        ContactId contact = await host.StoreAsync("+4532100003", "named");
        await AssertProblemAsync(
            await owner.PutAsync($"/contacts/{contact}/name?name=%20", null, Cancellation),
            HttpStatusCode.BadRequest,
            ErrorCodes.InvalidName
        );
    }

    [Fact]
    public async Task A_purpose_in_the_header_makes_a_hidden_contact_visible_to_an_owner()
    {
        ContactId contact = await host.StoreAsync("+4532100004", "hidden");
        await using (OrgSession owner = await host.Org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await owner.Privacy.SetAsync(contact, new PrivacyRule { Level = PrivacyLevel.Hidden }, Cancellation);
        using HttpClient client = host.CreateClient(OrgRole.Owner);
        string path = $"/contacts/{contact}/events";
        Assert.Equal("[]", await client.GetStringAsync(path, Cancellation));
        client.DefaultRequestHeaders.Add("x-callintel-purpose", "support");
        Assert.NotEqual("[]", await client.GetStringAsync(path, Cancellation));
        client.DefaultRequestHeaders.Remove("x-callintel-purpose");
        client.DefaultRequestHeaders.Add("x-callintel-purpose", "1");
        await AssertProblemAsync(
            await client.GetAsync(path, Cancellation),
            HttpStatusCode.BadRequest,
            ErrorCodes.InvalidPurpose
        );
    }

    [Fact]
    public async Task The_readiness_check_asks_the_database()
    {
        using HttpClient nobody = host.CreateClient();
        Assert.Equal("Healthy", await nobody.GetStringAsync("/ready", Cancellation));
    }

    static async Task<string> AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        string body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using JsonDocument problem = JsonDocument.Parse(body);
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
        Assert.Equal($"urn:callintel:error:{code}", problem.RootElement.GetProperty("type").GetString());
        return body;
    }
}
