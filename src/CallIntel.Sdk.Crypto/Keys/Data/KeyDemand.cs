namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The number of values that a batch will encrypt for one subject.</summary>
/// <param name="Subject">Whose data is encrypted.</param>
/// <param name="Uses">The number of values, at least 1.</param>
public readonly record struct KeyDemand(KeySubject Subject, int Uses)
{
    /// <summary>Creates the demand for the key of a conversation.</summary>
    /// <param name="conversation">The people whose content is encrypted.</param>
    /// <param name="uses">The number of values, at least 1.</param>
    public KeyDemand(KeyConversation conversation, int uses)
        : this((conversation ?? throw new ArgumentNullException(nameof(conversation))).Subject, uses) =>
        Conversation = conversation;

    /// <summary>Gets the people of the conversation, for whom a new key is wrapped.</summary>
    /// <value><see langword="null"/> unless the subject is a conversation.</value>
    public KeyConversation? Conversation { get; init; }
}
