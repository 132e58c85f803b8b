namespace CallIntel.Sdk.Questions;

/// <summary>The kinds of things with a name that a question can mention.</summary>
enum EntityKind
{
    Member = 1,
    Team,
    Line,
    Contact,
    Source,
}
