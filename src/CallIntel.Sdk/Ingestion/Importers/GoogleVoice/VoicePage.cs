using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.GoogleVoice;

/// <summary>What stands on one page.</summary>
sealed class VoicePage
{
    /// <summary>The title, which says what kind of call it was: <c>Missed call from</c>.</summary>
    internal string Title { get; set; } = "";

    /// <summary>The others of a group.</summary>
    internal List<VoicePerson> Group { get; } = [];

    /// <summary>More people than a message can have, or names that are none.</summary>
    internal bool IsGroupTooLong { get; set; }

    internal List<VoiceMessage> Messages { get; } = [];

    /// <summary>The one call of a page that is none of messages.</summary>
    internal VoiceMessage? Call { get; set; }

    /// <summary>What the page is filed under, in lower case: <c>placed</c>, <c>received</c>, <c>missed</c>, <c>voicemail</c>, <c>recorded</c>, <c>text</c>, <c>inbox</c>.</summary>
    internal HashSet<string> Labels { get; } = [];

    internal bool IsTooLong { get; set; }
}

/// <summary>Somebody: a number, and whether it is the owner of the account.</summary>
readonly record struct VoicePerson(string? Number, string Name, bool IsMe);

/// <summary>A message or a call on a page.</summary>
sealed class VoiceMessage
{
    internal long Offset { get; init; }

    internal string? Time { get; set; }

    internal string? Duration { get; set; }

    internal VoicePerson? Sender { get; set; }

    internal string? Text { get; set; }

    internal List<(string MediaType, string Name)> Files { get; } = [];

    internal RejectReason? Reason { get; set; }
}
