using System.Globalization;
using System.Reflection;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Doctor;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Android;
using CallIntel.Sdk.Ingestion.Importers.Asterisk;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Ingestion.Importers.VCon;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Webhooks;
using Microsoft.Extensions.Compliance.Classification;
using Microsoft.Extensions.Compliance.Redaction;
using Microsoft.Extensions.DependencyInjection;

namespace CallIntel.Sdk.Tests.Privacy;

/// <summary>
/// Tests that every property with a number, a name, content or the id of a person is classified, so that redactors of a
/// host apply to it.
/// </summary>
public class DataClassificationUnitTests
{
    const string Canary = "canary-of-a-person";

    /// <summary>
    /// Text that is no one's: settings, names of fields and sources, codes. A property that is new is personal until it
    /// stands here.
    /// </summary>
    static readonly HashSet<string> Impersonal =
    [
        "EventRecord.Cursor",
        "EventRecord.Place",
        "EventDetails.Currency",
        "EventDetails.ErrorCode",
        "EventDetails.Status",
        "EventPart.MediaType",
        "EventParty.Status",
        "IngestReport.Cursor",
        "IngestSource.DefaultRegion",
        "EmbeddingModel.Name",
        "EmbeddingModelOptions.Name",
        "EmbeddingModelOptions.Generator",
        "EmbeddingModelOptions.QueryPrefix",
        "JobHandler.Kind",
        "JobInfo.Kind",
        "JobInfo.Error",
        "JobStatistics.Kind",
        "JobWorkerOptions.Name",
        "IngestSource.Kind",
        "IngestSource.Name",
        "IngestSource.Stream",
        "RejectedRecord.Place",
        "RejectedRecord.Reason",
        "AsteriskImportOptions.TimeZone",
        "FileImportOptions.Format",
        "FileImportOptions.MappingFile",
        "FileImportOptions.TimeZone",
        "FreeSwitchImportOptions.TimeZone",
        "WhatsAppImportOptions.TimeZone",
        "RecordFile.Preset",
        "IRecordImporter.Description",
        "IRecordImporter.Format",
        "ImportOptions.After",
        "ImportOptions.LineScope",
        "CallIntelOptions.AuditConnectionString",
        "CallIntelOptions.ConnectionString",
        "CallIntelOptions.SigningKeyFile",
        "Grain.TimeZone",
        "SearchQuery.Region",
        "QuestionOptions.TimeZone",
        "QuestionPlan.Sources",
        "QuestionPlan.TimeZone",
        "MigrationReport.Applied",
        "ConversationDetails.Currency",
        "CostPoint.Currency",
        "ConversationDetails.ErrorCode",
        "ConversationDetails.Status",
        "ConversationPart.MediaType",
        "ConversationParty.Status",
        "BusinessHours.HomeZone",
        "DoctorCheck.Name",
        "Team.Name",
        "DoctorFinding.Code",
        "DoctorFinding.Problem",
        "DoctorFinding.Remedy",
        "DoctorReport.ServerVersion",
        "HealthReason.Code",
        "HealthReason.Text",
        "StreamHealth.Source",
        "StreamHealth.Kind",
        "StreamHealth.Stream",
        "StreamHealth.ErrorCode",
        "HmacSignatureOptions.Prefix",
        "DryRunSample.Place",
        "RejectCount.Reason",
        "RejectCount.Detail",
        "RejectedRecord.Detail",
        "EventRecord.RejectDetail",
        "SubjectIdentity.Region",
        "SubjectDiscovery.Tables",
        "ExportOmission.What",
        "ExportOmission.Reason",
        "ProcessingFacts.Controller",
        "ProcessingFacts.Purposes",
        "ProcessingFacts.Recipients",
        "ProcessingFacts.Retention",
        "ProcessingFacts.Sources",
        "ProcessingFacts.Transfers",
        "ProcessingFacts.AutomatedDecisions",
        "ProcessingFacts.SupervisoryAuthority",
        "DataMapColumn.Name",
        "AuditEntry.Action",
        "AuditEntry.Object",
        "AuditEntry.Detail",
        "AuditFilter.Action",
        "AuditFinding.Description",
        "AuditFilter.Object",
        "Checkpoint.Origin",
        "Checkpoint.Note",
        "DataMapTable.Name",
        "DataMapTable.Holds",
        "DataMapTable.Reason",
        "ErasedRows.Table",
        "ErasureExemption.Table",
        "ErasureExemption.Reason",
        "ErasureLedgerEntry.Digest",
        "ErasureLedgerEntry.RootKeyId",
        "ErasureLedgerHead.Digest",
        "ErasureStatement.DestroyedKeys",
        "IngestSource.DefaultRegion",
        "QuestionAnswer.Currency",
        "SealKey.Name",
    ];

    [Fact]
    public void Every_public_property_with_personal_data_is_classified()
    {
        PropertyInfo[] candidates =
        [
            .. typeof(EventRecord)
                .Assembly.GetExportedTypes()
                // these name the fields of a file
                .Where(t => !t.Name.Split('`')[0].EndsWith("Mapping", StringComparison.Ordinal))
                .SelectMany(t =>
                    t.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                )
                .Where(p => CouldTell(p) && !Impersonal.Contains($"{p.DeclaringType!.Name}.{p.Name}")),
        ];
        Assert.Contains(candidates, p => p.Name == nameof(EventRecord.Party));
        Assert.Empty(
            candidates
                .Where(p => p.GetCustomAttribute<DataClassificationAttribute>() is null)
                .Select(p => $"{p.DeclaringType!.Name}.{p.Name}")
        );
    }

    [Fact]
    public void Encrypted_properties_are_classified_as_protected_and_ids_of_people_as_pseudonymous()
    {
        Assert.Equal(
            [
                "AndroidImportOptions.OwnNumber",
                "AsteriskImportOptions.OwnLines",
                "ContactLabel.Text",
                "ContactName.Value",
                "ContactNumber.Value",
                "ConversationDetails.OwnNumber",
                "ConversationEvent.Content",
                "ConversationEvent.Details",
                "ConversationEvent.Parts",
                "ConversationPart.Reference",
                "EventContent.Body",
                "EventContent.Summary",
                "EventContent.Transcript",
                "EventDetails.OwnNumber",
                "EventPage.Events",
                "EventPart.Reference",
                "EventParty.Address",
                "EventRecord.Body",
                "EventRecord.Details",
                "EventRecord.OtherParties",
                "EventRecord.Parts",
                "EventRecord.Party",
                "EventRecord.Raw",
                "EventRecord.Summary",
                "EventRecord.Transcript",
                "FileImportOptions.OwnLines",
                "FreeSwitchImportOptions.OwnLines",
                "HmacSignatureOptions.Secrets",
                "IssuedInvitation.Token",
                "LeaderboardEntry.Name",
                "LegalHold.Note",
                "Line.Label",
                "Line.Number",
                "MemberName.Value",
                "MemberProfile.Name",
                "NewSubjectRequest.Identities",
                "QuestionAnswer.Assumptions",
                "QuestionAnswer.Citations",
                "QuestionAnswer.Plan",
                "QuestionAnswer.Refusal",
                "QuestionAnswer.Restatement",
                "QuestionAnswer.Rows",
                "QuestionOptions.Previous",
                "QuestionPlan.Search",
                "QuestionRefusal.Message",
                "QuestionRefusal.Suggestions",
                "QuestionRow.Label",
                "RecordFile.Beginning",
                "RecordFile.BeginningText",
                "RecordFile.EntryNames",
                "RecordFile.FullPath",
                "RecordFile.Name",
                "RejectedRecord.Raw",
                "SearchAnswer.Hits",
                "SearchHit.Snippets",
                "SearchQuery.Text",
                "SearchSnippet.Text",
                "SubjectIdentity.Value",
                "SubjectRequestDetails.History",
                "SubjectRequestDetails.Identities",
                "SubjectRequestEntry.Note",
                "TwilioImportOptions.OwnLines",
                "VConImportOptions.OwnLines",
                "WhatsAppImportOptions.OwnLines",
            ],
            Classified(DataClassifications.Protected)
        );
        Assert.Contains("ConversationEvent.Contact", Classified(DataClassifications.Pseudonymous));
        Assert.Equal("CallIntel:Protected", DataClassifications.Protected.ToString());
        Assert.NotEqual(DataClassifications.Protected, DataClassifications.Pseudonymous);
    }

    [Fact]
    public void Redactors_of_the_host_remove_all_classified_data_from_logs()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddRedaction(r =>
                r.SetRedactor<ErasingRedactor>(DataClassifications.Protected)
                    .SetHmacRedactor(
                        o =>
                        {
                            o.KeyId = 1;
                            o.Key = Convert.ToBase64String(new byte[44]);
                        },
                        DataClassifications.Pseudonymous
                    )
            )
            .BuildServiceProvider();
        IRedactorProvider redactors = services.GetRequiredService<IRedactorProvider>();
        EventRecord record = new()
        {
            OccurredAt = DateTimeOffset.UnixEpoch,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Party = Canary,
            Body = Canary,
            Transcript = Canary,
            Summary = Canary,
            ExternalId = Canary,
            Member = new MemberId(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)),
        };
        object[] values =
        [
            record,
            new EventContent(Canary, Canary, Canary),
            new ContactNumber(NumberKind.E164, Canary),
            new RejectedRecord(1, "malformed", Canary),
        ];

        string bare = string.Join('|', values.Select(v => Log(v, redactors: null)));
        Assert.Contains(Canary, bare, StringComparison.Ordinal); // a naive structured log shows it
        string redacted = string.Join('|', values.Select(v => Log(v, redactors)));
        Assert.DoesNotContain(Canary, redacted, StringComparison.Ordinal);
        Assert.DoesNotContain(record.Member.ToString()!, redacted, StringComparison.Ordinal);
        Assert.Contains("Channel=Sms", redacted, StringComparison.Ordinal);
    }

    /// <summary>As structured loggers do: every property, through the redactor of its classification.</summary>
    static string Log(object value, IRedactorProvider? redactors) =>
        string.Join(
            ' ',
            value
                .GetType()
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Select(p =>
                    $"{p.Name}="
                    + Shown(Convert.ToString(p.GetValue(value), CultureInfo.InvariantCulture) ?? "", p, redactors)
                )
        );

    static string Shown(string text, PropertyInfo property, IRedactorProvider? redactors) =>
        redactors is not null && property.GetCustomAttribute<DataClassificationAttribute>() is { } classified
            ? redactors.GetRedactor(new DataClassificationSet(classified.Classification)).Redact(text)
            : text;

    /// <summary>Text, an id of a person, or what holds any that is classified.</summary>
    static bool CouldTell(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.IsGenericType)
            type = type.GetGenericArguments()[0];
        return type == typeof(string)
            || type == typeof(byte[])
            || type == typeof(ContactId)
            || type == typeof(MemberId)
            || (
                type == typeof(Guid)
                && (property.DeclaringType == typeof(ContactId) || property.DeclaringType == typeof(MemberId))
            )
            || (
                type.Assembly == typeof(EventRecord).Assembly
                && type.IsClass
                && type.GetProperties()
                    .Any(p =>
                        p.GetCustomAttribute<DataClassificationAttribute>()?.Classification
                        == DataClassifications.Protected
                    )
            );
    }

    static IEnumerable<string> Classified(DataClassification classification) =>
        typeof(EventRecord)
            .Assembly.GetExportedTypes()
            .SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(p => p.GetCustomAttribute<DataClassificationAttribute>()?.Classification == classification)
            .Select(p => $"{p.DeclaringType!.Name}.{p.Name}")
            .Order(StringComparer.Ordinal);
}
