namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Computes the deadlines of requests of one org.</summary>
readonly record struct RequestPeriod(WorkingCalendar Calendar, TimeZoneInfo Zone)
{
    internal DateTime Due(NewSubjectRequest request, DateTimeOffset received) =>
        End(
            request.DueOn
                ?? Deadlines.Response(request.Regulation, request.Type, Deadlines.DayOf(received, Zone), Calendar)
        );

    internal DateTime? Acknowledgement(NewSubjectRequest request, DateTimeOffset received) =>
        Deadlines.Acknowledgement(request.Regulation, request.Type, Deadlines.DayOf(received, Zone), Calendar)
            is { } day
            ? End(day)
            : null;

    internal DateTime? Extended(SubjectRequest request) =>
        Deadlines.Extended(request.Regulation, request.Type, Deadlines.DayOf(request.ReceivedAt, Zone), Calendar)
            is { } day
            ? End(day)
            : null;

    internal DateTime End(DateOnly day) => Deadlines.EndOf(day, Zone).UtcDateTime;
}
