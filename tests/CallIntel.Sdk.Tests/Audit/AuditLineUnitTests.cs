using System.Text.Json;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Tests.Audit;

/// <summary>Tests the lines that other systems for security events read.</summary>
public sealed class AuditLineUnitTests
{
    static readonly AuditEntry Change = new()
    {
        Id = Guid.Parse("019b2a00-0000-7000-8000-000000000001"),
        Ledger = AuditLedgers.Changes,
        Org = new OrgId(Guid.Parse("01a22992-46a4-7f31-b71b-3d44d49173e8")),
        OccurredAt = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero),
        Member = new MemberId(Guid.Parse("01a22992-46a4-7f31-b71b-000000000001")),
        Purpose = AccessPurpose.Support,
        RequestId = Guid.Parse("01a22992-46a4-7f31-b71b-000000000002"),
        Action = "merge|x\\y",
        Object = "contacts",
        Operation = AuditOperation.Update,
        RowCount = 2,
        Subject = Guid.Parse("01a22992-46a4-7f31-b71b-000000000003"),
        Detail = "a=b\\c\nnext",
        RowKeys = ["k1", "k2"],
    };

    static readonly AuditEntry Read = Change with
    {
        Ledger = AuditLedgers.Accesses,
        Action = "read",
        Object = null,
        Operation = null,
        Detail = null,
        RowKeys = [],
        Fields = ProtectedFields.Body | ProtectedFields.Summary,
        IsAlert = true,
        ReadIds = [Guid.Parse("01a22992-46a4-7f31-b71b-000000000004")],
    };

    [Fact]
    public void A_CEF_line_escapes_what_its_header_and_its_values_may_not_contain()
    {
        string line = AuditLine.Format(Change, AuditFormat.Cef);
        Assert.StartsWith("CEF:0|CallIntel|CallIntel|", line, StringComparison.Ordinal);
        Assert.Contains("|change:merge\\|x\\\\y|merge\\|x\\\\y contacts|2|", line, StringComparison.Ordinal);
        Assert.Contains("rt=1772442000000 ", line, StringComparison.Ordinal);
        Assert.EndsWith("msg=a\\=b\\\\c\\nnext", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        Assert.Contains("|8|", AuditLine.Format(Read, AuditFormat.Cef), StringComparison.Ordinal);
    }

    [Fact]
    public void OCSF_lines_have_the_class_of_their_ledger()
    {
        using JsonDocument change = JsonDocument.Parse(AuditLine.Format(Change, AuditFormat.Ocsf));
        Assert.Equal((3004, 3, 300403), Ids(change));
        Assert.Equal("contacts", change.RootElement.GetProperty("entity").GetProperty("type").GetString());
        Assert.Equal(
            Change.RequestId.ToString(),
            change.RootElement.GetProperty("metadata").GetProperty("correlation_uid").GetString()
        );
        using JsonDocument read = JsonDocument.Parse(AuditLine.Format(Read, AuditFormat.Ocsf));
        Assert.Equal((6003, 2, 600302), Ids(read));
        Assert.Equal(4, read.RootElement.GetProperty("severity_id").GetInt32());
        Assert.Equal("Body, Summary", read.RootElement.GetProperty("unmapped").GetProperty("fields").GetString());

        static (int, int, int) Ids(JsonDocument line) =>
            (
                line.RootElement.GetProperty("class_uid").GetInt32(),
                line.RootElement.GetProperty("activity_id").GetInt32(),
                line.RootElement.GetProperty("type_uid").GetInt32()
            );
    }

    [Fact]
    public async Task The_line_sink_writes_one_line_for_each_access()
    {
        using StringWriter text = new();
        using AuditLineSink sink = new(text, AuditFormat.Json);
        AccessEntry access = new()
        {
            Id = Change.Id,
            Org = Change.Org,
            AccessedAt = Change.OccurredAt,
            Member = Change.Member,
            RequestId = Change.RequestId!.Value,
            Fields = ProtectedFields.Body,
            RowCount = 1,
            Events = [Change.Id],
            Contacts = [],
            OtherIds = [],
        };
        CancellationToken stop = TestContext.Current.CancellationToken;
        await sink.AccessFiledAsync(access, stop);
        await sink.HoneyTokenOpenedAsync(access, stop);
        await sink.AccessFiledAsync(access, stop);
        string[] lines = text.ToString().Split('\n');
        Assert.Equal((3, ""), (lines.Length, lines[2]));
        using JsonDocument line = JsonDocument.Parse(lines[0]);
        Assert.Equal("access", line.RootElement.GetProperty("ledger").GetString());
        Assert.Equal(Change.Id, line.RootElement.GetProperty("readIds")[0].GetGuid());
    }
}
