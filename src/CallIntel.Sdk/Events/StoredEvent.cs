namespace CallIntel.Sdk.Events;

/// <summary>An event as the database has it: facts, and content as envelopes.</summary>
readonly record struct StoredEvent(
    ConversationEvent Facts,
    bool HasContent,
    byte[]? Body,
    byte[]? Transcript,
    byte[]? Summary,
    Guid? SealedId
);
