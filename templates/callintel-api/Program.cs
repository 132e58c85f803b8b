using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string webhookSecret = builder.Configuration["Webhooks:Secret"]
    ?? throw new InvalidOperationException("Set Webhooks:Secret to the secret that the provider of calls signs with.");

// ConnectionStrings:CallIntel and CallIntel:SigningKeyFile are in the configuration.
builder
    .AddCallIntel()
    .AddFieldEncryption(keys => keys.UseEnvironment("CALLINTEL_ROOT_KEY"))
    .AddAspNetCore(options =>
    {
        options.UseOpenIdConnect();
        options.PurposeHeader = "x-purpose";
    });
builder.Services.AddCallIntelWorker();
builder.Services.AddHealthChecks().AddCallIntel();
builder.Services.AddAuthentication().AddJwtBearer(options => options.MapInboundClaims = false);
builder.Services.AddAuthorizationBuilder().AddPolicy("api", policy => policy.RequireAuthenticatedUser());
builder.Services.AddOpenApi();
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
int perMinute = builder.Configuration.GetValue("RequestsPerMinute", 300);
builder.Services.AddRateLimiter(limits =>
{
    limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
    limits.AddPolicy("member", http =>
        RateLimitPartition.GetFixedWindowLimiter(
            http.User.FindFirst("sub")?.Value,
            _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) }
        )
    );
});

WebApplication app = builder.Build();
app.UseExceptionHandler();
app.UseAuthentication();
app.UseAuthorization();
app.UseRateLimiter();
app.UseCallIntel();

app.MapOpenApi();
app.MapHealthChecks("/ready");
app.MapPost("/hooks/{org}", StoreAsync).RequireHmacSignature(webhookSecret, "x-signature", "x-timestamp");
RouteGroupBuilder api = app.MapGroup("/api").RequireAuthorization("api").RequireRateLimiting("member");
api.MapGet("/events", (Guid? after, OrgSession session, CancellationToken ct) =>
    session.Events.ReadPageAsync(after is { } last ? EventFilter.All.After(last) : EventFilter.All, 50, ct)
);
api.MapGet("/events/{id}", async (Guid id, OrgSession session, CancellationToken ct) =>
    Found(await session.Events.FindWithContentAsync(id, ct))
);
api.MapGet("/contacts", async (string number, OrgSession session, CancellationToken ct) =>
    Found(await session.Contacts.FindByNumberAsync(number, "GB", ct))
);
api.MapGet("/contacts/{contact}/events", (ContactId contact, OrgSession session, CancellationToken ct) =>
    session.Events.ReadPageAsync(EventFilter.All.ForContact(contact), 50, ct)
);
api.MapGet("/search", (string text, OrgSession session, CancellationToken ct) => session.Search.FindAsync(text, ct));
api.MapGet("/questions", (string text, OrgSession session, CancellationToken ct) =>
    session.Questions.AskAsync(text, cancellationToken: ct)
);
api.MapGet("/sources", (OrgSession session, CancellationToken ct) =>
    session.SyncHealth.ReadAsync(cancellationToken: ct)
);
api.MapCallIntelDashboards("/dashboards");
api.MapCallIntelChanges("/changes");
app.Run();

static IResult Found<T>(T? found) => found is null ? TypedResults.NotFound() : TypedResults.Ok(found);

static async Task StoreAsync(OrgId org, EventRecord[] records, CallIntelDataSource source, CancellationToken ct)
{
    OrgIdentity webhook = new(org, MemberId.FromName("service", "webhook"));
    await using OrgSession session = await source.OpenSessionAsync(webhook, ct);
    _ = await session.Ingestion.WriteAsync("webhook", records, ct);
}
