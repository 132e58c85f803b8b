namespace CallIntel.Sdk.Search;

/// <summary>What hits should be near to in meaning: a text, or a vector of the model that search uses.</summary>
readonly record struct MeaningInput(string? Text, ReadOnlyMemory<float> Vector)
{
    /// <summary>Says nothing: the vector is personal data like its text.</summary>
    public override string ToString() => nameof(MeaningInput);
}

/// <summary>An event with its content, and how well it matches.</summary>
readonly record struct FoundEvent(Events.ConversationEvent Event, double Score);
