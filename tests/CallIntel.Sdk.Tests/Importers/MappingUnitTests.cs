using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Tenancy;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

public sealed class MappingUnitTests : IDisposable
{
    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Properties_that_a_mapping_file_leaves_out_have_their_defaults()
    {
        File.WriteAllText(
            _file,
            """{ /* ours */ "time": { "field": "t", "format": "unixSeconds" }, "channel": """
                + """{ "field": "kind", "map": { "1": "voicemail" } }, }"""
        );

        CsvMapping mapping = CsvMapping.Load(_file);

        Assert.Equal((null, true, 1d), (mapping.Delimiter, mapping.Quoting, mapping.Time!.Step));
        Assert.Equal((TimeFormat.UnixSeconds, DateTimeOffset.UnixEpoch), (mapping.Time.Format, mapping.Time.Epoch));
        Assert.Equal(EventChannel.Voicemail, mapping.Channel!.Map!["1"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{ \"tiem\": {} }")]
    [InlineData("{ \"time\": 5 }")]
    [InlineData("{ \"channel\": { \"constant\": \"pigeon\" } }")]
    public void Invalid_mapping_files_are_refused(string text)
    {
        File.WriteAllText(_file, text);

        Assert.Equal(ErrorCodes.InvalidMapping, Assert.Throws<CallIntelException>(() => CsvMapping.Load(_file)).Code);
        Assert.Equal(ErrorCodes.InvalidMapping, Assert.Throws<CallIntelException>(() => JsonMapping.Load(_file)).Code);
    }

    [Fact]
    public void A_missing_mapping_file_is_a_coded_error() =>
        Assert.Equal(
            ErrorCodes.UnreadableFile,
            Assert.Throws<CallIntelException>(() => CsvMapping.Load(_file + ".none")).Code
        );

    [Fact]
    public async Task Mappings_that_contradict_themselves_or_the_file_are_refused()
    {
        Action<CsvMapping>[] mistakes =
        [
            m => m.Time = null,
            m => m.Time = new(),
            m => m.Time = new() { Field = "time", Format = TimeFormat.Custom },
            m => m.Time = new() { Field = "time", TimeZone = "Europe/Atlantis" },
            m => m.Price = new(),
            m =>
                m.Price = new()
                {
                    Field = "text",
                    Currency = "DKK",
                    CurrencyField = "from",
                },
            m => m.Price = new() { Field = "text", Currency = "kroner" },
            m => m.Deletion = new() { Field = "text", Values = ["x"] },
            m => (m.ExternalId, m.Deletion) = ("from", new() { Field = "text" }),
            m => (m.ExternalId, m.Deletion) = ("from", new() { Values = ["x"] }),
            m => m.Channel = null,
            m => m.Channel = new(),
            m => m.Channel = new() { Constant = EventChannel.Call, Field = "x" },
            m => m.Direction = null,
            m =>
                m.Direction = new()
                {
                    Own = "(",
                    From = "from",
                    To = "text",
                },
            m => m.Direction = new() { Own = "1", From = "from" },
            m => m.Party = new() { Field = "from", Constant = "1" },
            m => m.Line = new() { Field = "from" },
            m => m.Line = new() { Scope = "s" },
            m => m.Duration = new(),
            m => m.Duration = new() { Field = "text", PerSecond = 0 },
            m => (m.ExternalId, m.LineIsIdentity) = ("from", true),
            m => m.Delimiter = "",
            m => m.Delimiter = "\"",
            m => m.Delimiter = "\u00A7",
            m => m.Body = "no such column",
            m => m.Columns = ["time", "from", "text", "text"],
        ];
        for (int i = 0; i < mistakes.Length; i++)
        {
            CsvMapping mapping = Messages();
            mistakes[i](mapping);
            CallIntelException refused = await RefusedAsync("time,from,text\n2026-01-05T10:00:00Z,,x\n", mapping);
            Assert.True(refused.Code == ErrorCodes.InvalidMapping, $"mistake {i}: {refused.Message}");
        }
    }

    [Fact]
    public void A_member_derived_from_a_name_depends_only_on_the_scope_and_the_name()
    {
        MemberId member = MemberId.FromName("scope", "name");

        Assert.Equal(member, MemberId.FromName("scope", "name"));
        Assert.Equal(8, member.Value.Version);
        Assert.Equal(
            4,
            new[]
            {
                member,
                MemberId.FromName("scopen", "ame"),
                MemberId.FromName("name", "scope"),
                MemberId.FromName("", "scopename"),
            }
                .Distinct()
                .Count()
        );
    }
}
