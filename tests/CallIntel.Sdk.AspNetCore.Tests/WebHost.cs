using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using CallIntel.Sdk.AspNetCore;
using CallIntel.Sdk.AspNetCore.Tests;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Webhooks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

[assembly: AssemblyFixture(typeof(WebHost))]

namespace CallIntel.Sdk.AspNetCore.Tests;

/// <summary>A web application on a free port of the loopback interface, with a database of its own.</summary>
public sealed class WebHost : IAsyncLifetime
{
    internal const string TwilioUrl = "https://hooks.example/twilio";
    PostgresServer _server = null!;
    MigratedTemplate _template = null!;
    WebApplication _app = null!;

    internal static readonly HmacSignature Hmac = new(
        new HmacSignatureOptions { Secrets = ["secret"], Window = TimeSpan.FromMinutes(5) }
    );

    internal static readonly TwilioSignature Twilio = new("token");

    internal TestDatabase Database { get; private set; } = null!;

    internal TestOrg Org { get; private set; } = null!;

    internal TestOrg OtherOrg { get; private set; } = null!;

    internal Uri Address { get; private set; } = null!;

    /// <summary>The number of requests that the endpoint of webhooks lets fail.</summary>
    internal int FailingWebhooks;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync(new PostgresServerOptions { Progress = Console.WriteLine });
        _template = await MigratedTemplate.CreateAsync(_server, admin =>
            new CallIntelOperations(admin).EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 1))
        );
        Database = await _template.CloneAsync(Cancellation);
        Org = await Database.CreateOrgAsync("own", Cancellation);
        OtherOrg = await Database.CreateOrgAsync("other", Cancellation);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder
            .Services.AddAuthentication("test")
            .AddScheme<AuthenticationSchemeOptions, TestAuthentication>("test", null);
        builder.Services.AddSingleton(Database.DataSource);
        builder
            .Services.AddCallIntel(options => options.ConnectionString = Database.AppConnectionString)
            .AddAspNetCore(options =>
            {
                options.UseOpenIdConnect();
                options.PurposeHeader = "x-callintel-purpose";
            });
        builder.Services.AddHealthChecks().AddCallIntel();
        // The data source of the test database takes the place of one that is created from options.
        builder.Services.RemoveAll<IValidateOptions<CallIntelOptions>>();
        _app = builder.Build();
        _app.UseExceptionHandler();
        _app.UseAuthentication();
        _app.UseCallIntel();
        _app.MapGet("/events", (OrgSession session) => session.Events.ReadAsync(EventFilter.All));
        _app.MapGet("/contacts/{contact}/events", (ContactId contact, OrgSession session) =>
            session.Events.ReadAsync(EventFilter.All.ForContact(contact))
        );
        _app.MapPut(
            "/contacts/{contact}/name",
            (ContactId contact, string name, OrgSession session, CancellationToken cancellationToken) =>
                session.Contacts.SetDisplayNameAsync(contact, name, cancellationToken)
        );
        _app.MapPost("/webhook", async (HttpRequest request) =>
            {
                using StreamReader reader = new(request.Body);
                string body = await reader.ReadToEndAsync();
                return Interlocked.Decrement(ref FailingWebhooks) >= 0
                    ? Results.StatusCode(StatusCodes.Status500InternalServerError)
                    : Results.Text(body);
            })
            .RequireHmacSignature(Hmac, "x-signature", "x-time", maxBytes: 1000);
        _app.MapPost("/twilio", async (HttpRequest request) => (await request.ReadFormAsync())["Body"].ToString())
            .RequireTwilioSignature(Twilio, TwilioUrl, maxBytes: 1000)
            .DisableAntiforgery();
        _app.MapCallIntelChanges("/changes");
        _app.MapCallIntelDashboards("/dashboards");
        _app.MapPost("/plain", () => "stored").RequireHmacSignature("secret", "x-signature", "x-time");
        _app.MapHealthChecks("/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        await _app.StartAsync(Cancellation);
        Address = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Database.DisposeAsync();
        await _template.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>Creates a client that is signed in as a member of the org, or as nobody.</summary>
    internal HttpClient CreateClient(OrgRole? role = null) =>
        role is { } asked ? CreateClient(Org.Id, Org.Members[asked]) : new HttpClient { BaseAddress = Address };

    internal HttpClient CreateClient(OrgId org, MemberId member)
    {
        HttpClient client = new() { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Test", $"{org} {member}");
        return client;
    }

    /// <summary>Stores a message of a number and returns its contact.</summary>
    internal async Task<ContactId> StoreAsync(string number, string id)
    {
        await using OrgSession owner = await Org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        IngestReport report = await owner.Ingestion.WriteAsync(
            new IngestSource("hook"),
            [
                new EventRecord
                {
                    OccurredAt = new DateTimeOffset(2026, 1, 20, 12, 0, 0, TimeSpan.Zero),
                    Channel = EventChannel.Sms,
                    Direction = EventDirection.Outbound,
                    Outcome = EventOutcome.Sent,
                    Party = number,
                    ExternalId = id,
                    Body = "text",
                },
            ],
            Cancellation
        );
        Assert.Equal(1, report.Inserted);
        return (await owner.Contacts.FindByNumberAsync(number, cancellationToken: Cancellation))!.Value;
    }

    /// <summary>Signs a request in as the org and the member that its header names.</summary>
    sealed class TestAuthentication(
        IOptionsMonitor<AuthenticationSchemeOptions> options,
        ILoggerFactory logger,
        UrlEncoder encoder
    ) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers.Authorization.ToString().Split(' ') is not ["Test", var org, var member])
                return Task.FromResult(AuthenticateResult.NoResult());
            ClaimsIdentity identity = new([new Claim("org_id", org), new Claim("sub", member)], Scheme.Name);
            return Task.FromResult(
                AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name))
            );
        }
    }
}
