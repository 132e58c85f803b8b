namespace CallIntel.Sdk.Events;

/// <summary>An event as it is stored in the database: metadata, and content as envelopes.</summary>
readonly record struct StoredEvent(
    ConversationEvent Metadata,
    bool HasContent,
    byte[]? Body,
    byte[]? Transcript,
    byte[]? Summary,
    Guid? SealedId
);
