using CallIntel.Sdk;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.SubjectRequestsSample.Output;

namespace CallIntel.SubjectRequestsSample;

/// <summary>Answers two requests of one person, for access and for erasure.</summary>
sealed class Walk(OrgSession session, string person, WalkView view)
{
    /// <summary>Writes everything about the person to an encrypted archive, and shows what is in it.</summary>
    public async Task AnswerAccessAsync(CancellationToken stop)
    {
        view.Title(3, $"Participant {person} asks what is stored about them");
        SubjectRequestId request = await OpenAsync(SubjectRequestType.Access, stop);
        using MemoryStream archive = new(),
            zip = new();
        ProcessingFacts facts = new()
        {
            Controller = "Even & Co",
            Purposes = ["showing what CallIntel does"],
            Recipients = [],
            Retention = ["until this program ends"],
            Sources = ["the Copenhagen Networks Study"],
        };
        SubjectExportOptions options = new(facts);
        SubjectExportReport report = await SubjectExporter.WriteAsync(session, request, archive, options, stop);
        await session.SubjectRequests.CompleteAsync(request, cancellationToken: stop);

        // What the person does with the archive and its key.
        archive.Position = 0;
        ExportArchiveReader opened = await ExportArchiveReader.OpenAsync(archive, report.Key, cancellationToken: stop);
        await opened.CopyToAsync(zip, stop);
        view.Show(report, zip);
    }

    public async Task AnswerErasureAsync(CancellationToken stop)
    {
        view.Title(4, $"Participant {person} asks for erasure");
        SubjectRequestId request = await OpenAsync(SubjectRequestType.Erasure, stop);
        ErasureCertificate certificate = await session.SubjectRequests.EraseAsync(request, cancellationToken: stop);
        view.Show(certificate, await session.SubjectRequests.VerifyCertificateAsync(certificate, stop));
    }

    /// <param name="rows">The rows that the database has about the person, by table.</param>
    /// <returns>Whether nothing is left but what the data map says is kept.</returns>
    public async Task<bool> ProveAsync(IReadOnlyList<(DataMapTable Table, long Rows)> rows, CancellationToken stop)
    {
        view.Title(6, "What is left of the person");
        long left = rows.Sum(found => found.Table.IsKept() ? 0 : found.Rows);
        ContactId? contact = await session.Contacts.FindByOpaqueIdAsync(person, stop);
        SubjectRequestId again = await OpenAsync(SubjectRequestType.Access, stop);
        SubjectDiscovery discovery = await session.SubjectRequests.DiscoverAsync(again, stop);
        bool nothing = left == 0 && contact is null && discovery.Contacts.Count == 0;
        view.Show(rows, left, nothing);
        return nothing;
    }

    /// <summary>Enters a request, verifies the person, and finds their contacts.</summary>
    async Task<SubjectRequestId> OpenAsync(SubjectRequestType type, CancellationToken stop)
    {
        SubjectRequestRegister register = session.SubjectRequests;
        NewSubjectRequest asked = new(SubjectRegulation.Gdpr, type)
        {
            Identities = [new SubjectIdentity(SubjectIdentityKind.OpaqueId, person)],
            Manner = RequestManner.WebForm,
        };
        SubjectRequest request = (await register.OpenAsync(asked, stop)).Request;
        await register.VerifyIdentityAsync(request.Id, IdentityVerification.Account, "signed in", stop);
        view.Show(request, await register.DiscoverAsync(request.Id, stop));
        return request.Id;
    }
}
