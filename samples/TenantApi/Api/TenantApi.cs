using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Questions;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Webhooks;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.RateLimiting;

namespace CallIntel.TenantApi.Api;

/// <summary>The API of a telephony product for its tenants: everything that a host has to write.</summary>
static class TenantApi
{
    public const string Audience = "authenticated";

    public static void AddTenantApi(this WebApplicationBuilder builder, Action<CallIntelOptions> configure)
    {
        builder
            .AddCallIntel(configure: configure)
            .AddAspNetCore(options =>
            {
                options.UseSupabase();
                options.PurposeHeader = "x-purpose";
            });
        builder.Services.AddCallIntelWorker();
        builder.Services.AddHealthChecks().AddCallIntel();
        builder.Services.AddOpenApi();
        builder.Services.ConfigureHttpJsonOptions(options =>
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter())
        );
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddPolicy("member", http =>
                RateLimitPartition.GetTokenBucketLimiter(
                    http.User.FindFirst("sub")?.Value ?? http.Connection.RemoteIpAddress?.ToString(),
                    _ => new TokenBucketRateLimiterOptions
                    {
                        TokenLimit = 100,
                        TokensPerPeriod = 20,
                        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    }
                )
            );
        });
    }

    public static void MapTenantApi(this WebApplication app, string webhookSecret)
    {
        HmacSignature verifier = new(
            new HmacSignatureOptions { Secrets = [webhookSecret], Window = TimeSpan.FromMinutes(5) }
        );
        app.MapOpenApi();
        app.MapHealthChecks("/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        app.MapPost(
                "/hooks/{org}",
                async (OrgId org, EventRecord[] records, CallIntelDataSource source, CancellationToken cancel) =>
                {
                    OrgIdentity webhook = new(org, MemberId.FromName("service", "webhook"));
                    await using OrgSession session = await source.OpenSessionAsync(webhook, cancel);
                    return await session.Ingestion.WriteAsync(new IngestSource("webhook"), records, cancel);
                }
            )
            .RequireHmacSignature(verifier, "x-signature", "x-timestamp");

        RouteGroupBuilder api = app.MapGroup("/api").RequireAuthorization("api").RequireRateLimiting("member");
        api.MapGet("/events", async (Guid? after, OrgSession session, CancellationToken cancel) =>
            (
                await session.Events.ReadPageAsync(
                    after is { } last ? EventFilter.All.After(last) : EventFilter.All,
                    50,
                    cancel
                )
            ).Events
        );
        api.MapGet("/events/{id}", async (Guid id, OrgSession session, CancellationToken cancel) =>
            await session.Events.FindWithContentAsync(id, cancel) is { } found ? Results.Ok(found) : Results.NotFound()
        );
        api.MapGet("/contacts", async (string number, OrgSession session, CancellationToken cancel) =>
            await session.Contacts.FindByNumberAsync(number, "GB", cancel) is { } found
                ? Results.Ok(found)
                : Results.NotFound()
        );
        api.MapGet(
            "/contacts/{contact}/events",
            async (ContactId contact, OrgSession session, CancellationToken cancel) =>
                (await session.Events.ReadPageAsync(EventFilter.All.ForContact(contact), 50, cancel)).Events
        );
        api.MapGet("/search", (string text, OrgSession session, CancellationToken cancel) =>
            session.Search.FindAsync(SearchQuery.For(text), cancel)
        );
        api.MapGet("/questions", (string text, OrgSession session, CancellationToken cancel) =>
            session.Questions.AskAsync(text, cancellationToken: cancel)
        );
        api.MapGet("/sources", (OrgSession session, CancellationToken cancel) =>
            session.SyncHealth.ReadAsync(cancellationToken: cancel)
        );
        api.MapCallIntelChanges("/changes");
    }
}
