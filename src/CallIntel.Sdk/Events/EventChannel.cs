namespace CallIntel.Sdk.Events;

/// <summary>The means of communication of an event.</summary>
public enum EventChannel
{
    /// <summary>A telephone call.</summary>
    Call = 1,

    /// <summary>A text message.</summary>
    Sms = 2,

    /// <summary>A multimedia message.</summary>
    Mms = 3,

    /// <summary>A message left on a voicemail box.</summary>
    Voicemail = 4,
}
