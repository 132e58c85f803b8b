namespace CallIntel.Sdk.Audit;

/// <summary>A leaf of the Merkle tree of an org and a month.</summary>
/// <param name="Position">The position in the tree, from 0.</param>
/// <param name="Ledger">The ledger of the entry.</param>
/// <param name="EntryId">The id of the entry.</param>
/// <param name="Hash">The hash of the leaf: SHA-256 over a zero byte and the entry, 32 bytes.</param>
public readonly record struct SealedEntry(long Position, AuditLedgers Ledger, Guid EntryId, ReadOnlyMemory<byte> Hash);
