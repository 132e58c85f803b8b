namespace CallIntel.Sdk.SubjectRequests;

/// <summary>
/// The figures of the requests of one type under one regulation, as section 7102 of the CCPA regulations asks for them.
/// </summary>
/// <param name="Regulation">The law.</param>
/// <param name="Type">What the persons requested.</param>
/// <param name="Received">The number of requests received.</param>
/// <param name="Open">The number of requests without an answer.</param>
/// <param name="Completed">The number of requests answered in full.</param>
/// <param name="Partial">The number of requests answered in part.</param>
/// <param name="Denied">The number of requests denied.</param>
/// <param name="Cancelled">The number of requests withdrawn.</param>
/// <param name="Duplicates">The number of duplicates.</param>
/// <param name="Late">The number of requests whose first answer was late, or is.</param>
/// <param name="MedianDays">
/// The median number of days from the receipt to the first answer; null if no request has an answer.
/// </param>
public sealed record SubjectRequestFigure(
    SubjectRegulation Regulation,
    SubjectRequestType Type,
    long Received,
    long Open,
    long Completed,
    long Partial,
    long Denied,
    long Cancelled,
    long Duplicates,
    long Late,
    double? MedianDays
);
