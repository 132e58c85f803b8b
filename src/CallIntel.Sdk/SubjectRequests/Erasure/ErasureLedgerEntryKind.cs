namespace CallIntel.Sdk.SubjectRequests;

/// <summary>What an entry of the ledger of erasures says.</summary>
public enum ErasureLedgerEntryKind
{
    /// <summary>The contacts are erased.</summary>
    Erased = 1,

    /// <summary>A legal hold defers contacts that an earlier entry names.</summary>
    Deferred = 2,
}
