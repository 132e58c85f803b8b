using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.GoogleVoice;

/// <summary>The content of one page.</summary>
sealed class VoicePage
{
    /// <summary>The title, which names the kind of a call, for example <c>Missed call from</c>.</summary>
    internal string Title { get; set; } = "";

    /// <summary>The other people of a group conversation.</summary>
    internal List<VoicePerson> Group { get; } = [];

    /// <summary>Whether the group has more people than an event can have, or a name that is too long.</summary>
    internal bool IsGroupTooLong { get; set; }

    internal List<VoiceMessage> Messages { get; } = [];

    /// <summary>The call, if the page is not a conversation.</summary>
    internal VoiceMessage? Call { get; set; }

    /// <summary>
    /// The labels of the page in lower case: <c>placed</c>, <c>received</c>, <c>missed</c>, <c>voicemail</c>,
    /// <c>recorded</c>, <c>text</c> or <c>inbox</c>.
    /// </summary>
    internal HashSet<string> Labels { get; } = [];

    internal bool IsTooLong { get; set; }

    /// <summary>The text of a page without events, up to 64 KiB.</summary>
    internal string? Raw { get; set; }
}

/// <summary>A person on a page, with whether it is the owner of the account.</summary>
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

    /// <summary>The element as it is on the page, up to 64 KiB.</summary>
    internal string? Raw { get; set; }
}
