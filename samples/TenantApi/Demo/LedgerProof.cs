using CallIntel.Sdk.Audit;

namespace CallIntel.TenantApi.Demo;

/// <summary>What an admin needs to verify the ledgers: the public seal keys, and copies of the checkpoints.</summary>
sealed record LedgerProof(SealKeyRing Keys, ICheckpointSink Sink);
