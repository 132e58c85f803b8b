namespace CallIntel.Sdk.Questions;

/// <summary>Identifies a row of an answer.</summary>
/// <param name="Code">The code of a channel, direction, outcome, day or hour; -1 for the rest of a ranking.</param>
/// <param name="Id">The id of a member, team, line or contact; null for an unknown one.</param>
/// <param name="Bucket">The local start of the time bucket.</param>
readonly record struct RowKey(int Code = 0, Guid? Id = null, DateTime? Bucket = null)
{
    internal const int Rest = -1;
}
