using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>Protects personal values before they are sent to the database.</summary>
/// <remarks>
/// <see cref="BatchEncryptor"/> is the only implementation in the product: no option or public member can replace it,
/// and the protected columns refuse values that are not envelopes. The interface exists so that the scorecard can
/// measure the cost of encryption.
/// </remarks>
interface IIngestProtection
{
    /// <summary>
    /// The number of people whose values are protected at a time. Keys stay in memory while they are in use, so this
    /// limits how many keys a batch with many different people holds at once.
    /// </summary>
    const int AtATime = 2048;

    /// <summary>
    /// Runs an action with the digests of numbers, and repeats it if their key versions changed meanwhile.
    /// </summary>
    Task<T> WithNumberIndexAsync<T>(Func<NumberIndex, Task<T>> lookUp, CancellationToken cancellationToken);

    /// <summary>Returns the stored form of numbers of new contacts, at most <see cref="AtATime"/>.</summary>
    Task<byte[][]> ProtectAsync(
        PartyAddress[] parties,
        Guid[] contacts,
        Guid[] indexes,
        CancellationToken cancellationToken
    );

    /// <summary>Returns the digests by which suppressed numbers are recognized.</summary>
    Task<Guid[]> SuppressionDigestsAsync(PartyAddress[] parties, CancellationToken cancellationToken);

    /// <summary>Encrypts the texts of a batch and of its rejects. The contacts of the batch must be resolved.</summary>
    Task ProtectAsync(IngestBatch batch, CancellationToken cancellationToken);
}

/// <summary>The blind-index digests under which numbers are found and stored.</summary>
/// <param name="Version">The key version of the first digest, under which new numbers are stored.</param>
/// <param name="Digests">One digest function per live key version.</param>
sealed record NumberIndex(int Version, IReadOnlyList<Func<PartyAddress, Guid>> Digests);
