namespace CallIntel.Sdk.Events;

/// <summary>An event as the database has it: metadata, and content as envelopes.</summary>
readonly record struct StoredEvent(
    ConversationEvent Metadata,
    bool HasContent,
    byte[]? Body,
    byte[]? Transcript,
    byte[]? Summary,
    Guid? SealedId
);
