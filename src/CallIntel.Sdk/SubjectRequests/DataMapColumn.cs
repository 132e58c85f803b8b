namespace CallIntel.Sdk.SubjectRequests;

/// <summary>A column of the database in the data map.</summary>
/// <param name="Name">The name of the column.</param>
/// <param name="Class">What it contains.</param>
/// <param name="IsSubject">Whether it holds the id of a contact that the row is about.</param>
public sealed record DataMapColumn(string Name, DataClass Class, bool IsSubject);
