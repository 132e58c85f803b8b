using CallIntel.Sdk;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Tests.Documentation;

/// <summary>The code of docs/guides/subject-requests.md. <see cref="ReadmeTests"/> compares the two.</summary>
static class SubjectRequestsSnippets
{
    internal static async Task AnswerAsync(CallIntelDataSource callIntel, OrgId orgId, MemberId adminId)
    {
        await using OrgSession session = await callIntel.OpenSessionAsync(
            new OrgIdentity(orgId, adminId, AccessPurpose.SubjectRequest)
        );

        // a person asks by email what is stored about them
        OpenedSubjectRequest opened = await session.SubjectRequests.OpenAsync(
            new NewSubjectRequest(SubjectRegulation.Gdpr, SubjectRequestType.Access)
            {
                Identities = [new(SubjectIdentityKind.Number, "32 12 34 56", Region: "DK")],
                Manner = RequestManner.Email,
            }
        );
        SubjectRequestId request = opened.Request.Id;
        Console.WriteLine($"Answer before {opened.Request.DueAt:u}.");

        // after a call back to the number
        await session.SubjectRequests.VerifyIdentityAsync(request, IdentityVerification.Reasonable, "called back");

        // what would be exported
        SubjectDiscovery found = await session.SubjectRequests.DiscoverAsync(request);
        foreach ((string table, long rows) in found.Tables)
            Console.WriteLine($"{table}: {rows}");

        await using (FileStream archive = File.Create("request.ciarch"))
        {
            SubjectExportReport report = await SubjectExporter.WriteAsync(
                session,
                request,
                archive,
                new SubjectExportOptions(
                    new ProcessingFacts
                    {
                        Controller = "Example Ltd, privacy@example.com",
                        Purposes = ["customer support"],
                        Recipients = ["Twilio Inc., as processor"],
                        Retention = ["24 months after the last contact"],
                        Sources = ["our telephone system"],
                    }
                )
            );
            Console.WriteLine(report.Key.ToText()); // not stored: give it to the person by another channel
        }
        await session.SubjectRequests.CompleteAsync(request);
    }

    internal static async Task RestrictAsync(OrgSession session, SubjectRequestId request)
    {
        IReadOnlyList<SubjectRule> rules = await session.SubjectRequests.ApplyRulesAsync(request);
        Console.WriteLine(rules.Count);
    }

    internal static async Task RectifyAsync(OrgSession session, SubjectRequestId request, ContactId contact)
    {
        await session.SubjectRequests.RectifyNumberAsync(
            request,
            contact,
            from: "+45 29 83 74 61",
            to: "+45 31 31 31 31"
        );
    }

    internal static async Task EraseAsync(OrgSession session, SubjectRequestId request)
    {
        ErasureCertificate certificate = await session.SubjectRequests.EraseAsync(request);
        Console.WriteLine(certificate.KeyVersion);
    }
}
