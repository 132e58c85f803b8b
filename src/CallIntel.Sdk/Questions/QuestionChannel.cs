namespace CallIntel.Sdk.Questions;

/// <summary>The channel that a question is limited to.</summary>
public enum QuestionChannel
{
    /// <summary>Telephone calls.</summary>
    Call = 1,

    /// <summary>SMS and MMS messages.</summary>
    Message,

    /// <summary>SMS messages.</summary>
    Sms,

    /// <summary>MMS messages.</summary>
    Mms,

    /// <summary>Voicemails.</summary>
    Voicemail,
}
