using System.Net;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CallIntel.Sdk.AspNetCore.Tests;

/// <summary>Tests hosts that are configured by their configuration alone.</summary>
public sealed class HostBuilderTests(WebHost host)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_data_source_and_a_replica_are_configured_by_connection_strings_and_a_section()
    {
        string keys = Path.Combine(Path.GetTempPath(), $"callintel-keys-{Guid.CreateVersion7():N}.json");
        host.Database.SigningKeys.Save(keys);
        try
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration.AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["ConnectionStrings:CallIntel"] = host.Database.AppConnectionString,
                    ["ConnectionStrings:replica"] = host.Database.AppConnectionString,
                    ["CallIntel:SigningKeyFile"] = keys,
                    ["CallIntel:replica:TokenLifetime"] = "00:00:30",
                    ["CallIntel:replica:AuditConnectionString"] = host.Database.AppConnectionString,
                }
            );
            builder
                .AddCallIntel()
                .AddFieldEncryption(root =>
                    root.UseKeyRingFile(host.Database.RootKeyFile, Crypto.Keys.KeyRingProtection.FileModeOnly)
                );
            builder.AddKeyedCallIntel("replica");
            using IHost built = builder.Build();
            await built.StartAsync(Cancellation);
            IOptionsMonitor<CallIntelOptions> options = built.Services.GetRequiredService<
                IOptionsMonitor<CallIntelOptions>
            >();
            Assert.Equal(TimeSpan.FromSeconds(60), options.CurrentValue.TokenLifetime);
            Assert.Equal(TimeSpan.FromSeconds(30), options.Get("replica").TokenLifetime);
            await host.StoreAsync("+4532300001", "configured");
            foreach (
                CallIntelDataSource source in new[]
                {
                    built.Services.GetRequiredService<CallIntelDataSource>(),
                    built.Services.GetRequiredKeyedService<CallIntelDataSource>("replica"),
                }
            )
            {
                await using OrgSession session = await source.OpenSessionAsync(
                    host.Org.As(OrgRole.Owner),
                    Cancellation
                );
                Assert.Equal(
                    "text",
                    (
                        await session
                            .Events.ReadAsync(EventFilter.All.WithContent().Newest(1), Cancellation)
                            .SingleAsync(Cancellation)
                    )
                        .Content
                        ?.Body
                );
            }
        }
        finally
        {
            File.Delete(keys);
        }
    }

    [Fact]
    public async Task A_host_without_a_connection_string_does_not_start()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddCallIntel("missing");
        using IHost built = builder.Build();
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            built.StartAsync(Cancellation)
        );
        Assert.Contains("ConnectionString is not set", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_application_that_does_not_tell_how_to_identify_members_is_refused()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        CallIntelException refused = Assert.Throws<CallIntelException>(() =>
            builder.AddCallIntel().AddAspNetCore(_ => { })
        );
        Assert.Equal(ErrorCodes.InvalidOptions, refused.Code);
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_a_503_that_tells_nothing_about_it()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder
            .Services.AddCallIntel(options =>
            {
                // The discard port, where nothing listens.
                options.ConnectionString = "Host=127.0.0.1;Port=9;Username=callintel_app;Password=secret;Timeout=2";
                options.SigningKeys = host.Database.SigningKeys;
            })
            .AddFieldEncryption(root =>
                root.UseKeyRingFile(host.Database.RootKeyFile, Crypto.Keys.KeyRingProtection.FileModeOnly)
            )
            .AddAspNetCore(options =>
                options.Identify = (_, _) => ValueTask.FromResult<OrgIdentity?>(host.Org.As(OrgRole.Owner))
            );
        await using WebApplication app = builder.Build();
        app.UseExceptionHandler();
        app.UseCallIntel();
        app.MapGet("/events", (OrgSession session) => session.Events.ReadAsync(EventFilter.All));
        await app.StartAsync(Cancellation);
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.Single()) };
        using HttpResponseMessage response = await client.GetAsync("/events", Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        string body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains(ErrorCodes.Unreachable, body, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", body, StringComparison.Ordinal);
        Assert.DoesNotContain("callintel_app", body, StringComparison.Ordinal);
    }
}
