namespace CallIntel.Sdk.Events;

/// <summary>What was said or written in an event. Personal data.</summary>
/// <param name="Body">The text of a message; null if it has none.</param>
/// <param name="Transcript">The words of a call or voicemail; null if it has none.</param>
/// <param name="Summary">A summary; null if it has none.</param>
public sealed record EventContent(string? Body, string? Transcript, string? Summary)
{
    /// <summary>Tells nothing of what was said.</summary>
    public override string ToString() => $"{nameof(EventContent)} {{ *** }}";
}
