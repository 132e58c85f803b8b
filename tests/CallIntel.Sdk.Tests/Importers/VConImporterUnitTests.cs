using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Own sides and analyses of vCons.</summary>
public sealed class VConImporterUnitTests
{
    const string Dialog = "{'type':'recording','start':'2026-01-05T10:00:00Z','parties':[0,1],'originator':0}";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string?> Transcripts =>
        new()
        {
            { "{'text':'a b','segments':[{'text':'a'},{'text':'b'}]}", "a b" },
            { "{'segments':[{'speaker':'A','text':'a'},{'speaker':'B','text':'b'}]}", "A: a\nB: b" },
            {
                "{'metadata':{'x':1},'results':{'summary':{'result':'success','short':'s'},'channels':[{'alternatives':"
                    + "[{'transcript':'a b','words':[{'word':'a'}]},{'transcript':'worse'}]}]}}",
                "a b"
            },
            {
                "{'results':{'channels':[{'alternatives':[{'transcript':'a'}]},{'alternatives':"
                    + "[{'transcript':'b'}]}]}}",
                "a\nb"
            },
            {
                "{'jobName':'j','results':{'transcripts':[{'transcript':'a b'}],'items':[]},'status':'COMPLETED'}",
                "a b"
            },
            { "{'results':[{'alternatives':[{'transcript':'a'}]},{'alternatives':[{'transcript':'b'}]}]}", "a\nb" },
            { "{'id':'1','text':'a b','utterances':[{'speaker':'A','text':'a'}]}", "a b" },
            { "{'utterances':[{'speaker':'A','text':'a'},{'speaker':'B','transcript':'b'}]}", "A: a\nB: b" },
            { "{'combinedRecognizedPhrases':[{'channel':0,'lexical':'a b','display':'A b.'}]}", "A b." },
            { "{'recognizedPhrases':[{'nBest':[{'confidence':1,'display':'A.'},{'display':'O.'}]}]}", "A." },
            { "{'combinedPhrases':[{'text':'a'}],'phrases':[{'text':'a'}]}", "a" },
            {
                "{'monologues':[{'speaker':0,'elements':[{'type':'text','value':'Hi'},{'type':'punct','value':', '},"
                    + "{'type':'text','value':'you'}]}]}",
                "0: Hi, you"
            },
            {
                "{'results':[{'type':'word','alternatives':[{'content':'Hi'}]},{'type':'punctuation','alternatives':"
                    + "[{'content':','}]},{'type':'word','alternatives':[{'content':'you'}]}]}",
                "Hi, you"
            },
            { "{'Transcript':[{'ParticipantId':'AGENT','Content':'a'}]}", "AGENT: a" },
            { "[{'speaker':'A','message':'a'},{'speaker':'B','message':'b'}]", "A: a\nB: b" },
            { "[{'speaker':'A','utterance':'a'}]", "A: a" },
            { "['a','b']", "a\nb" },
            // known structures without words
            { "{'results':{'channels':[{'alternatives':[{'transcript':''}]}]}}", null },
            { "{'text':''}", null },
            { "null", null },
            { "{}", null },
            { "[]", null },
            // unknown structures
            { "{'words_spoken':['a',{'b':1}]}", "{'words_spoken':['a',{'b':1}]}" },
            { "{'result':'success'}", "{'result':'success'}" },
        };

    [Theory]
    [InlineData("{'payload':'e30','signatures':[]}")]
    [InlineData("{'protected':'e30','recipients':[],'iv':'x','ciphertext':'x','tag':'x'}")]
    public async Task Signed_and_encrypted_vCons_are_recognized(string json)
    {
        await using RecordFile file = await RecordFile.OpenAsync(
            Importing.Utf8(json.Replace('\'', '"')),
            cancellationToken: Cancellation
        );
        Assert.Equal("vcon", ImporterRegistry.BuiltIn.Detect(file)?.Format);
    }

    [Theory]
    [InlineData("1767607200")]
    [InlineData("1767607200.5")]
    [InlineData("1767607200500")]
    [InlineData("'2026-01-05T11:00:00+0100'")]
    public async Task The_start_of_a_dialog_is_a_text_or_a_number_as_in_early_drafts(string start)
    {
        EventRecord record = Assert.Single(
            await ReadAsync($"{{'type':'recording','start':{start},'parties':[0,1]}}", "")
        );
        Assert.Equal("2026-01-05T10:00:00", $"{record.OccurredAt.UtcDateTime:s}");
    }

    [Theory]
    [MemberData(nameof(Transcripts))]
    public async Task Transcripts_of_vendors_are_read_and_unknown_structures_are_kept(string body, string? expected)
    {
        string json = body.Replace('\'', '"');
        foreach (
            string written in (string[])
                [
                    $"'encoding':'json','body':{body}",
                    $"'encoding':'json','body':\"{json.Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
                    "'encoding':'base64url','mediatype':'application/json','body':'"
                        + System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json))
                        + "'",
                ]
        )
        {
            EventRecord record = Assert.Single(
                await ReadAsync(Dialog, $"{{'type':'transcript','dialog':0,{written}}}")
            );
            Assert.Equal(expected?.Replace('\'', '"'), record.Transcript);
        }
    }

    [Fact]
    public async Task A_body_that_cannot_be_decoded_is_kept()
    {
        EventRecord record = Assert.Single(
            await ReadAsync(Dialog, "{'type':'transcript','dialog':0,'encoding':'base64url','body':'not base64!'}")
        );
        Assert.Equal("not base64!", record.Transcript);
    }

    [Theory]
    [InlineData("'dialog':[],", 0)]
    [InlineData("'dialog':null,", 0)]
    [InlineData("", 0)]
    [InlineData("'dialog':'0',", 0)]
    [InlineData("'dialog':'1',", 1)]
    [InlineData("'dialog':['1'],", 1)]
    [InlineData("'dialog':[1],", 1)]
    public async Task An_analysis_belongs_to_the_dialog_that_it_names_or_to_the_first(string dialog, int expected)
    {
        List<EventRecord> records = await ReadAsync(
            Dialog + "," + Dialog,
            $"{{'type':'transcript',{dialog}'body':'words'}}"
        );
        Assert.Equal("words", records[expected].Transcript);
        Assert.Null(records[1 - expected].Transcript);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("'x'")]
    [InlineData("1")] // a transfer, which is not an event
    public async Task Words_of_an_analysis_of_no_event_are_rejected_and_kept(string dialog)
    {
        string analysis = $"{{'type':'summary','dialog':{dialog},'body':'words'}}";
        List<EventRecord> records = await ReadAsync(Dialog + ",{'type':'transfer'}", analysis);
        Assert.Equal(2, records.Count);
        Assert.Equal(
            (RejectReason.Malformed, analysis.Replace('\'', '"'), "byte 0, analysis 0"),
            (records[1].RejectReason, records[1].Raw, records[1].Place)
        );
    }

    [Fact]
    public async Task Several_transcripts_of_a_dialog_are_all_kept()
    {
        EventRecord record = Assert.Single(
            await ReadAsync(
                Dialog,
                "{'type':'wtf_transcription','body':{'transcript':{'text':'first second'}}},"
                    + "{'type':'transcript','body':'first'},{'type':'transcript','dialog':0,'body':'second'},"
                    + "{'type':'transcript','dialog':0,'body':'first'}"
            )
        );
        Assert.Equal("first\nsecond", record.Transcript);
    }

    [Theory]
    // Nothing shows which side is the org's own: it is the same party in all dialogs.
    [InlineData("{'tel':'+4532123456'},{'tel':'+4520101010'}", "", null, "in out in", "Assumed")]
    [InlineData("{'tel':'+4532123456','role':'customer'},{'tel':'+4520101010'}", "", null, "in out in", "Role")]
    [InlineData("{'tel':'+4532123456','role':'agent'},{'tel':'+4520101010'}", "", null, "out in out", "Role")]
    [InlineData("{'tel':'+4532123456','meta':{'role':'agent'}},{'tel':'+4520101010'}", "", null, "out in out", "Role")]
    [InlineData(
        "{'tel':'+4532123456'},{'tel':'+4520101010'}",
        "'meta':{'direction':'out'},",
        null,
        "out in out",
        "Stated"
    )]
    [InlineData("{'tel':'+4532123456'},{'tel':'+4520101010'}", "'direction':'inbound',", null, "in out in", "Stated")]
    [InlineData("{'tel':'+4532123456'},{'tel':'+4520101010'}", "", "^\\+4532", "out in out", "OwnLine")]
    [InlineData("{'tel':'+4532123456','role':'agent'},{'tel':'+4520101010'}", "", "^\\+4520", "in out in", "OwnLine")]
    [InlineData("{'tel':'+4532123456'},{'tel':'+4520101010'}", "", "^\\+1", "in in in", "Assumed")]
    public async Task The_own_side_is_determined_once_for_the_whole_vCon(
        string parties,
        string metadata,
        string? ownLines,
        string directions,
        string basis
    )
    {
        const string First = "'parties':[0,1],'originator':0}",
            Second = "'parties':[1,0],'originator':1}";
        string begin = "{'type':'text','start':'2026-01-05T10:00:00Z','body':'x',";
        List<EventRecord> records = await ReadAsync(
            string.Join(',', begin + metadata + First, begin + Second, begin + First),
            "",
            parties,
            ownLines
        );
        Assert.Equal(
            directions.Split(' ').Select(d => d == "in" ? EventDirection.Inbound : EventDirection.Outbound),
            records.Select(r => r.Direction)
        );
        Assert.All(records, r => Assert.Equal(basis, r.DirectionBasis.ToString()));
        if (basis == "Assumed" && ownLines is not null)
            return; // nobody is known to be the org's own
        Assert.Single(records.Select(r => (r.Party, r.Details?.OwnNumber)).Distinct());
    }

    static async Task<List<EventRecord>> ReadAsync(
        string dialogs,
        string analyses,
        string parties = "{'tel':'+4532123456','role':'customer'},{'tel':'+4520101010','role':'agent'}",
        string? ownLines = null
    )
    {
        string vcon = $"{{'vcon':'0.4.0','parties':[{parties}],'dialog':[{dialogs}],'analysis':[{analyses}]}}";
        return await VConImporter
            .ReadAsync(
                Importing.Utf8(vcon.Replace('\'', '"')),
                new VConImportOptions { OwnLines = ownLines },
                Cancellation
            )
            .ToListAsync(Cancellation);
    }
}
