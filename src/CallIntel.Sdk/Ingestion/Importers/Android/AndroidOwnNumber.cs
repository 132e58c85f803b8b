using CallIntel.Sdk.Ingestion.Importers.Files.Markup;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Android;

/// <summary>
/// The number of the phone, as far as it is known: from the options, or from messages of the file that the phone sent.
/// </summary>
sealed class AndroidOwnNumber(string? configured)
{
    /// <summary>The type of the address of a sender.</summary>
    internal const string From = "137";

    string? _sentFrom;

    internal string? Value => configured ?? _sentFrom;

    /// <summary>
    /// Looks for a sent message in the beginning of the file, because it may follow the received ones.
    /// </summary>
    /// <param name="configured">The number from the options, or null.</param>
    /// <param name="beginning">The beginning of the file.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    internal static async Task<AndroidOwnNumber> FindAsync(
        string? configured,
        ReadOnlyMemory<byte> beginning,
        CancellationToken cancellationToken
    )
    {
        AndroidOwnNumber found = new(configured);
        if (configured is not null)
            return found;
        try
        {
            await using MemoryStream bytes = new(beginning.ToArray());
            MarkupReader reader = new(bytes, lenient: true);
            bool sent = false;
            for (
                MarkupToken token;
                found.Value is null
                    && (token = await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                        is not MarkupToken.EndOfFile;

            )
                if (token is MarkupToken.Start && reader.Name == "mms")
                    sent = reader["msg_box"] == "2";
                else if (sent && token is MarkupToken.Start && reader.Name == "addr" && reader["type"] == From)
                    found.Sent(reader["address"]);
        }
        catch (CallIntelException)
        {
            // the import itself reports that the file cannot be read
        }
        return found;
    }

    /// <summary>Takes the sender of a message that the phone sent.</summary>
    internal void Sent(string? sender) => _sentFrom = ProviderParty.Read(sender).Address ?? _sentFrom;
}
