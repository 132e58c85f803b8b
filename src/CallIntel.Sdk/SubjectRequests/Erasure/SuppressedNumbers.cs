using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Reads and changes the list of suppressed numbers. Thread-safe.</summary>
/// <param name="session">The session.</param>
/// <param name="encryption">The keys of the org.</param>
/// <param name="forgetContacts">Lets this process forget which numbers it knows.</param>
sealed class SuppressedNumbers(SessionTransport session, OrgEncryption encryption, Action forgetContacts)
{
    internal Task<bool> AddAsync(string number, string? region, CancellationToken cancellationToken) =>
        ChangeAsync("select callintel.suppress_number($1, $2)", number, region, cancellationToken);

    internal Task<bool> RemoveAsync(string number, string? region, CancellationToken cancellationToken) =>
        ChangeAsync("select callintel.unsuppress_number($1, $2)", number, region, cancellationToken);

    internal async Task SetActionAsync(SuppressionAction action, CancellationToken cancellationToken)
    {
        await session
            .ExecuteAsync(
                new NpgsqlBatchCommand("select callintel.set_suppression_action($1)").With((short)action),
                cancellationToken
            )
            .ConfigureAwait(false);
        forgetContacts();
    }

    internal async Task<SuppressionSettings> ReadAsync(CancellationToken cancellationToken) =>
        (
            await session
                .ListAsync(
                    new NpgsqlBatchCommand("select action, numbers from callintel.read_suppression()"),
                    row => new SuppressionSettings((SuppressionAction)row.GetInt16(0), row.GetInt64(1)),
                    cancellationToken
                )
                .ConfigureAwait(false)
        )[0];

    async Task<bool> ChangeAsync(string sql, string number, string? region, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(number);
        if (new PartyNormalizer(region).Normalize(number, PartyKind.NumberOrId)?.Address is not { } address)
            throw new CallIntelException(
                ErrorCodes.InvalidSuppressedNumber,
                "The text is blank, or stands for a withheld number.",
                "Pass the number as your sources write it, and the region of national notations."
            );
        await session.RequireAsync(Permission.ManagePrivacy, cancellationToken).ConfigureAwait(false);
        using BlindIndexKey key = await encryption.SuppressionKeyAsync(cancellationToken).ConfigureAwait(false);
        bool changed = await encryption
            .WithNumberIndexAsync(
                keys =>
                    session.ScalarAsync<bool>(
                        new NpgsqlBatchCommand(sql).With(
                            address.IndexUnder(key),
                            (Guid[])[.. keys.All.Select(address.IndexUnder)]
                        ),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        forgetContacts();
        return changed;
    }
}
