using CallIntel.Sdk.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace CallIntel.Sdk.AspNetCore;

/// <summary>The HTTP status of an error: whose fault it is, and whether to try again.</summary>
static class ErrorStatus
{
    /// <returns>503 for transient errors; 500 for every error that the client of the request did not cause.</returns>
    internal static int Get(CallIntelException error) =>
        error.IsTransient ? StatusCodes.Status503ServiceUnavailable : Get(error.Code);

    static int Get(string code) =>
        code switch
        {
            ErrorCodes.NoIdentity => StatusCodes.Status401Unauthorized,

            ErrorCodes.NotAMember
            or ErrorCodes.NotAllowed
            or ErrorCodes.PurposeNeeded
            or ErrorCodes.ReadPurposeNeeded
            or ErrorCodes.InvitationRefused
            or ErrorCodes.NotAnEmbeddingJob => StatusCodes.Status403Forbidden,

            ErrorCodes.ContactNotFound
            or ErrorCodes.ContactNumberNotFound
            or ErrorCodes.SourceNotFound
            or ErrorCodes.LineNotFound
            or ErrorCodes.MemberNotFound
            or ErrorCodes.TeamNotFound
            or ErrorCodes.JobNotFound
            or ErrorCodes.SubjectRequestNotFound
            or ErrorCodes.LegalHoldNotFound
            or ErrorCodes.ErasureNotFound => StatusCodes.Status404NotFound,

            ErrorCodes.RoleChangeRefused
            or ErrorCodes.AlreadyMember
            or ErrorCodes.CursorMoved
            or ErrorCodes.TeamNameTaken
            or ErrorCodes.ContactMerged
            or ErrorCodes.ContactNumberTaken
            or ErrorCodes.ContactNumberSuppressed
            or ErrorCodes.ContactUnderHold
            or ErrorCodes.RulesNotCombinable
            or ErrorCodes.EmbeddingsOff
            or ErrorCodes.EmbeddingModelChanged
            or ErrorCodes.SubjectRequestStateRefused
            or ErrorCodes.ErasureStepNotDue
            or ErrorCodes.ErasureIncomplete
            or ErrorCodes.SealConflict => StatusCodes.Status409Conflict,

            ErrorCodes.InvalidPurpose
            or ErrorCodes.InvalidTimeRange
            or ErrorCodes.UnknownTimeZone
            or ErrorCodes.InvalidName
            or ErrorCodes.InvalidContactNumber
            or ErrorCodes.InvalidRule
            or ErrorCodes.InvalidSourceName
            or ErrorCodes.InvalidExpectation
            or ErrorCodes.InvalidLineNumber
            or ErrorCodes.InvalidBusinessHours
            or ErrorCodes.InvalidChangeCursor
            or ErrorCodes.InvalidMapping
            or ErrorCodes.UnreadableFile
            or ErrorCodes.WrongFormat
            or ErrorCodes.EntitiesRefused
            or ErrorCodes.CursorOfAnotherFile
            or ErrorCodes.OrgNotConfirmed
            or ErrorCodes.InvalidSearch
            or ErrorCodes.InvalidAuditMode
            or ErrorCodes.InvalidSearchSettings
            or ErrorCodes.InvalidSearchCursor
            or ErrorCodes.InvalidEmbeddingSettings
            or ErrorCodes.InvalidPlan
            or ErrorCodes.InvalidSubjectRequest
            or ErrorCodes.ArchiveUnreadable
            or ErrorCodes.InvalidArchiveKey
            or ErrorCodes.InvalidLegalHold
            or ErrorCodes.InvalidSuppressionAction
            or ErrorCodes.InvalidErasureCertificate
            or ErrorCodes.InvalidRetention
            or ErrorCodes.InvalidSuppressedNumber
            or ErrorCodes.WriteCount => StatusCodes.Status400BadRequest,

            ErrorCodes.ArchiveExpired => StatusCodes.Status410Gone,

            ErrorCodes.WriteTooLarge => StatusCodes.Status413PayloadTooLarge,

            _ => StatusCodes.Status500InternalServerError,
        };
}
