using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Ingestion;

/// <summary>What becomes of personal values on their way into the database.</summary>
/// <remarks>
/// <see cref="Encryption.BatchEncryptor"/> does it, for everyone: no option and no public member takes another, and the protected columns refuse what is no
/// envelope. It is an interface so that the scorecard can measure what encryption costs.
/// </remarks>
interface IIngestProtection
{
    /// <summary>What each number may be stored under: several digests while the index key rotates.</summary>
    ValueTask<Dictionary<Guid, PartyAddress>> IndexAsync(IReadOnlyCollection<PartyAddress> parties, CancellationToken cancellationToken);

    /// <summary>Index and stored form of numbers that become new contacts.</summary>
    ValueTask<(Guid[] Indexes, byte[][] Numbers)> ProtectAsync(PartyAddress[] parties, Guid[] contacts, CancellationToken cancellationToken);

    /// <summary>Replaces the texts of a batch, whose contacts are resolved, and of its rejects.</summary>
    Task ProtectAsync(IngestBatch batch, CancellationToken cancellationToken);
}
