namespace CallIntel.Sdk.SubjectRequests;

/// <summary>A request that was entered in the register.</summary>
/// <param name="Request">The request with its deadlines.</param>
/// <param name="PossibleDuplicates">
/// Open requests of the same type that were made under one of the same numbers, at most 10. CallIntel does not close
/// them: compare them and call <see cref="SubjectRequestRegister.MarkDuplicateAsync"/>.
/// </param>
public sealed record OpenedSubjectRequest(SubjectRequest Request, IReadOnlyList<SubjectRequestId> PossibleDuplicates);
