using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>What becomes of personal values on their way into the database.</summary>
/// <remarks>
/// <see cref="BatchEncryptor"/> does it, for everyone: no option and no public member takes another, and the protected
/// columns refuse what is no envelope. It is an interface so that the scorecard can measure what encryption costs.
/// </remarks>
interface IIngestProtection
{
    /// <summary>
    /// For how many people values are protected at a time. Keys that are in use are kept, however many: a batch of
    /// strangers does not hold all of theirs at once.
    /// </summary>
    const int AtATime = 2048;

    /// <summary>Does what needs the digests of numbers, again if their versions changed meanwhile.</summary>
    Task<T> WithNumberIndexAsync<T>(Func<NumberIndex, Task<T>> lookUp, CancellationToken cancellationToken);

    /// <summary>The stored form of numbers that become new contacts, <see cref="AtATime"/> at most.</summary>
    Task<byte[][]> ProtectAsync(
        PartyAddress[] parties,
        Guid[] contacts,
        Guid[] indexes,
        CancellationToken cancellationToken
    );

    /// <summary>Replaces the texts of a batch, whose contacts are resolved, and of its rejects.</summary>
    Task ProtectAsync(IngestBatch batch, CancellationToken cancellationToken);
}

/// <summary>What numbers are found and stored under.</summary>
/// <param name="Version">The version of the first of the digests, which new numbers are stored under.</param>
/// <param name="Digests">One for each live version.</param>
sealed record NumberIndex(int Version, IReadOnlyList<Func<PartyAddress, Guid>> Digests);
