namespace CallIntel.Sdk.Questions;

/// <summary>The kind of contacts that a question is limited to.</summary>
public enum QuestionContacts
{
    /// <summary>Contacts whose first event is in the period.</summary>
    New = 1,

    /// <summary>Contacts that had an event before the period.</summary>
    Returning,
}
