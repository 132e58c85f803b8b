using System.Net;
using System.Net.Http.Json;
using System.Text;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// Sends checkpoints to a web service: <c>POST {address}/{origin}</c> with the note as text. Reads the last one with
/// <c>GET {address}/{origin}</c>, and the list of an org, a JSON array of origins, with
/// <c>GET {address}/callintel/{org}</c>.
/// </summary>
/// <remarks>
/// Thread-safe. The service has to refuse a checkpoint that is smaller than the one it has, with the status 409. Leaves
/// are not sent, so a verification names the entries of a batch and not always the single entry.
/// </remarks>
public sealed class WebhookCheckpointSink : ICheckpointSink
{
    readonly HttpClient _client;
    readonly string _address;

    /// <summary>Creates a sink.</summary>
    /// <param name="client">
    /// Sends the requests, with the credentials and the time-out of the host. The caller disposes it.
    /// </param>
    /// <param name="address">The address that origins are appended to.</param>
    public WebhookCheckpointSink(HttpClient client, Uri address)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(address);
        (_client, _address) = (client, address.AbsoluteUri.TrimEnd('/'));
    }

    /// <inheritdoc/>
    public async Task PublishAsync(
        Checkpoint checkpoint,
        IReadOnlyList<SealedEntry> entries,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        using StringContent note = new(checkpoint.Note, Encoding.UTF8, "text/plain");
        try
        {
            using HttpResponseMessage response = await _client
                .PostAsync(UriOf(checkpoint.Origin), note, cancellationToken)
                .ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.Conflict)
                throw FileCheckpointSink.Failed("The checkpoint sink knows a larger checkpoint than the database.");
            response.EnsureSuccessStatusCode();
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            throw FileCheckpointSink.Failed("The checkpoint sink cannot be reached or refused the checkpoint.", e);
        }
    }

    /// <inheritdoc/>
    public async Task<string?> FindLastAsync(string origin, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await _client
                .GetAsync(UriOf(origin), cancellationToken)
                .ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.NotFound)
                return null;
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            throw FileCheckpointSink.Failed("The checkpoint sink cannot be reached.", e);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListOriginsAsync(OrgId org, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await _client
                .GetAsync(UriOf($"callintel/{org.Value:D}"), cancellationToken)
                .ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.NotFound)
                return [];
            response.EnsureSuccessStatusCode();
            return await response
                .Content.ReadFromJsonAsync(SinkJson.Default.StringArray, cancellationToken)
                .ConfigureAwait(false)
                ?? [];
        }
        catch (Exception e) when (e is System.Text.Json.JsonException || IsFailure(e, cancellationToken))
        {
            throw FileCheckpointSink.Failed("The checkpoint sink cannot be reached.", e);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SealedEntry>> ReadEntriesAsync(string origin, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SealedEntry>>([]);

    Uri UriOf(string origin) => new($"{_address}/{origin}");

    static bool IsFailure(Exception e, CancellationToken cancellationToken) =>
        e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
sealed partial class SinkJson : System.Text.Json.Serialization.JsonSerializerContext;
