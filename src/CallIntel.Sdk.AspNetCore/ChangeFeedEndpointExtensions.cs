using System.Buffers;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization;
using CallIntel;
using CallIntel.Sdk;
using CallIntel.Sdk.ChangeFeed;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

#pragma warning disable IDE0130 // where a host looks for it
namespace Microsoft.AspNetCore.Builder;

#pragma warning restore IDE0130

/// <summary>Sends the change feed to browsers.</summary>
public static class ChangeFeedEndpointExtensions
{
    /// <summary>The longest duration of a stream whose credentials do not tell when they expire.</summary>
    static readonly TimeSpan DefaultDuration = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Maps an endpoint that sends committed changes as server-sent events, as far as the member of the request may see
    /// them. See <c>docs/guides/change-feed.md</c>.
    /// </summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The pattern of the route, for example <c>/changes</c>.</param>
    /// <remarks>
    /// A client that reconnects sends the header <c>Last-Event-ID</c> and misses nothing. The stream ends when the
    /// credentials of the request expire (the claim <c>exp</c> or the expiry of the authentication ticket), or after 15
    /// minutes if they do not tell; a browser then connects again.
    /// </remarks>
    public static IEndpointConventionBuilder MapCallIntelChanges(this IEndpointRouteBuilder endpoints, string pattern)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        return endpoints.MapGet(pattern, StreamAsync);
    }

    static async Task StreamAsync(HttpContext http)
    {
        CancellationToken aborted = http.RequestAborted;
        ChangeFeedReader changes = http.RequestServices.GetRequiredService<OrgSession>().Changes;
        string? last = http.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } id] ? id : null;
        // Errors such as a missing permission become a status, which is not possible after the stream has begun.
        ChangeCursor position = await changes.GetPositionAsync(aborted).ConfigureAwait(false);
        if (last is not null)
            ChangeCursor.Parse(last);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache,no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no"; // nginx
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await http.Response.StartAsync(aborted).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(aborted).ConfigureAwait(false);
        TimeProvider time = http.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
        try
        {
            await SseFormatter
                .WriteAsync(
                    changes.StreamAsync(last ?? position.ToString(), ExpiryOf(http, time), aborted),
                    http.Response.Body,
                    Format,
                    aborted
                )
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // The client has gone.
        }
        catch (CallIntelException)
        {
            // The status is sent. The client connects again and receives the error, if it lasts.
        }
    }

    static void Format(SseItem<ChangeMessage> item, IBufferWriter<byte> destination)
    {
        using Utf8JsonWriter json = new(destination);
        JsonSerializer.Serialize(json, item.Data, ChangeJson.Default.ChangeMessage);
    }

    static DateTimeOffset ExpiryOf(HttpContext http, TimeProvider time)
    {
        DateTimeOffset latest = time.GetUtcNow() + DefaultDuration;
        if (
            long.TryParse(
                http.User.FindFirst("exp")?.Value,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out long seconds
            )
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        )
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        return http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc ?? latest;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ChangeMessage))]
sealed partial class ChangeJson : JsonSerializerContext;
