using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Search;

public sealed partial class SearchReader
{
    /// <summary>
    /// Turns text search on. A worker (<see cref="CallIntelWorker"/>) then indexes all contents of the org, and new
    /// ones within seconds after they are stored.
    /// </summary>
    /// <param name="language">
    /// The language of most contents. Another language than before indexes all contents again.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The id of the job that indexes. It runs as long as text search is on.</returns>
    /// <remarks>
    /// Requires <see cref="Permission.ManagePrivacy"/>. The index contains keyed hashes of words, which reveal to
    /// somebody who copies the database how often words occur and which events have words in common; see
    /// <c>docs/threat-model.md</c>.
    /// </remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c>: the role does not include the permission. Other codes: the root key cannot be used.
    /// </exception>
    public async Task<JobId> EnableTextAsync(SearchLanguage language, CancellationToken cancellationToken = default)
    {
        if (!Enum.IsDefined(language))
            throw new ArgumentOutOfRangeException(nameof(language));
        await _session.RequireAsync(Permission.ManagePrivacy, cancellationToken).ConfigureAwait(false);
        using BlindIndexKeys keys = await _encryption.TextIndexAsync(cancellationToken).ConfigureAwait(false);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.enable_text_search($1, $2, $3)").With(
            (short)language,
            TextAnalyzer.Version,
            keys.Active.Version
        );
        Guid job = await _session.ScalarAsync<Guid>(command, cancellationToken).ConfigureAwait(false);
        _cache.Set(_session.Identity.Org, language);
        _enqueued.Raise();
        return new JobId(job);
    }

    /// <summary>
    /// Turns text search off. Nothing is found by words from this moment on, and a worker deletes the index.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>Requires <see cref="Permission.ManagePrivacy"/>.</remarks>
    /// <exception cref="CallIntelException"><c>CI0005</c>: the role does not include the permission.</exception>
    public async Task DisableTextAsync(CancellationToken cancellationToken = default)
    {
        await _session
            .ExecuteAsync(new NpgsqlBatchCommand("select callintel.disable_text_search()"), cancellationToken)
            .ConfigureAwait(false);
        _enqueued.Raise();
    }

    /// <summary>Returns how far the contents of the org are indexed.</summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<SearchIndexState> ReadIndexAsync(CancellationToken cancellationToken = default)
    {
        List<SearchCommands.State> states = await _session
            .ListAsync(SearchCommands.ReadState(), SearchCommands.MapState, cancellationToken)
            .ConfigureAwait(false);
        return states.Count > 0 ? states[0].Index : SearchIndexState.Off;
    }
}
