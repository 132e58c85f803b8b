using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Proposals for files as telephone systems and providers export them, read back with the proposal.</summary>
public sealed class MappingProposalProductUnitTests : IDisposable
{
    readonly string _path = Path.GetTempFileName();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Files =>
        new()
        {
            {
                // a line with its time zones; whether the call was answered is yes or no
                "line,direction,datetime (UTC),number timezone,from,to,answered,duration (total),duration (in call),"
                    + "call_id\n"
                    + "Main,inbound,2026-01-05 10:00:00,Europe/Paris,+33612345678,+33187654321,Yes,70,60,1\n"
                    + "Main,outbound,2026-01-05 10:00:00,Europe/Paris,+33187654321,+33612345678,No,20,0,2\n",
                "Call Inbound +33612345678 +33187654321 Completed 60|Call Outbound +33612345678 +33187654321 Missed 0"
            },
            {
                // milliseconds
                "call_id,date_started,direction,external_number,internal_number,talk_duration,categories\n"
                    + "1,2026-01-05 10:00:00.123,inbound,+14155550101,+14155550199,60000,x\n"
                    + "2,2026-01-05 10:00:00.456,outbound,+14155550101,+14155550199,0,x\n",
                "Call Inbound +14155550101 +14155550199 Unknown 60|Call Outbound +14155550101 +14155550199 Unknown 0"
            },
            {
                // the destination is a country
                "Call ID,Caller number,Callee number,Call type,Destination,Start time,Duration seconds\n"
                    + "1,+4520123456,+4533112233,ucap_in,DK,2026-01-05T10:00:00Z,65\n"
                    + "2,+4533112233,+4520123456,user_out,DK,2026-01-05T10:00:00Z,0\n",
                "Call Inbound +4520123456 +4533112233 Unknown 65|Call Outbound +4520123456 +4533112233 Unknown 0"
            },
            {
                "Start time,Duration,Calling number,Called number,User,Call outcome,Direction,Call ID\n"
                    + "2026-01-05T10:00:00.000Z,60,+14155550101,+14155550199,Anna,Success,TERMINATING,1\n"
                    + "2026-01-05T10:00:00.000Z,0,+14155550199,+14155550101,Anna,Failure,ORIGINATING,2\n",
                "Call Inbound +14155550101 +14155550199 Completed 60|Call Outbound +14155550101 +14155550199 Failed 0"
            },
            {
                "uuid,record_type,direction,cld,cli,started_at,call_sec,cost,currency\n"
                    + "u1,call,inbound,+14155550199,+14155550101,2026-01-05T10:00:00Z,60,0.01,USD\n",
                "Call Inbound +14155550101 +14155550199 Unknown 60"
            },
            {
                "Call UUID,From Number,To Number,Call Direction,Initiation Time,Call Duration,Bill Duration,"
                    + "Hangup Cause Name\n"
                    + "u1,14155550101,14155550199,inbound,2026-01-05 10:00:00+00:00,70,60,Normal Hangup\n"
                    + "u2,14155550199,14155550101,outbound,2026-01-05 10:00:00+00:00,0,0,No Answer\n",
                "Call Inbound 14155550101 14155550199 Completed 60|Call Outbound 14155550101 14155550199 Missed 0"
            },
            {
                "fecha;hora;dirección;número;duración;estado\n"
                    + "15/01/2026;10:00:00;entrante;+34911234567;65;contestada\n"
                    + "16/01/2026;10:00:00;saliente;+34911234567;0;no contestada\n",
                "Call Inbound +34911234567  Completed 65|Call Outbound +34911234567  Missed 0"
            },
            {
                "Datum;Uhrzeit;Richtung;Rufnummer;Dauer;Ergebnis\n"
                    + "15.01.2026;10:00:00;eingehend;+4930123456;00:01:05;angenommen\n"
                    + "16.01.2026;10:00:00;ausgehend;+4930123456;00:00:00;nicht angenommen\n",
                "Call Inbound +4930123456  Completed 65|Call Outbound +4930123456  Missed 0"
            },
            {
                // ringing is not talking, and the last line is the sum
                "Call Time,Caller ID,Destination,Status,Ringing,Talking\n"
                    + "2026-01-05T10:00:00Z,+14155550101,Anna (101),Answered,00:00:05,00:01:05\n"
                    + "2026-01-05T10:00:00Z,Anna (101),+14155550101,Unanswered,00:00:15,00:00:00\n"
                    + "Totals,,,,,00:01:05\n",
                "Call Inbound +14155550101  Completed 65|Call Outbound +14155550101  Missed 0"
            },
            {
                // a line with the types of the columns, and a call that was not connected
                "globalCallID_callId,dateTimeOrigination,callingPartyNumber,finalCalledPartyNumber,dateTimeConnect,"
                    + "pkid,duration\nINTEGER,INTEGER,VARCHAR(50),VARCHAR(50),INTEGER,UNIQUEIDENTIFIER,INTEGER\n"
                    + "7,1767607200,4155550101,2001,1767607205,a,60\n8,1767607300,2001,914155550102,0,b,0\n",
                "Call Inbound 4155550101  Unknown 60|Call Outbound 914155550102  Unknown 0"
            },
            {
                // a call that failed has no start
                "Correlation ID,Invite time,Start time,Caller Number,Callee Number,Call type,Duration seconds\n"
                    + "1,2026-01-05T10:00:00Z,2026-01-05T10:00:05Z,+4520123456,+4533112233,ByotIn,65\n"
                    + "2,2026-01-05T10:00:00Z,,+4533112233,+4520123456,ByotOut,0\n",
                "Call Inbound +4520123456 +4533112233 Unknown 65|Call Outbound +4520123456 +4533112233 Unknown 0"
            },
            {
                "Start Timestamp (UTC),Originating Number,Terminating Number,Direction,Billed Sec\n"
                    + "2026-01-05 10:00:00,+14155550101,+14155550199,inbound,60\n",
                "Call Inbound +14155550101 +14155550199 Unknown 60"
            },
            {
                "Date,From,To,Duration,Talk Time,Disposition,Call Type,Unique ID\n"
                    + "2026-01-05 10:00:00,+14155550101,101,00:01:10,00:01:00,ANSWERED,Incoming,1.1\n",
                "Call Inbound +14155550101 101 Completed 60"
            },
        };

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_proposal_reads_sides_outcomes_and_durations_of_the_file_it_was_made_for(
        string text,
        string expected
    )
    {
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(text), cancellationToken: Cancellation);
        await File.WriteAllTextAsync(_path, MappingProposal.ForCsv(file), Cancellation);
        List<EventRecord> records = await ReadAsync(text, CsvMapping.Load(_path));

        Assert.Equal(
            expected.Split('|'),
            records
                .Where(record => record.RejectReason is null)
                .Select(r =>
                    $"{r.Channel} {r.Direction} {r.Party} {r.Details?.OwnNumber} {r.Outcome} {r.Duration?.TotalSeconds}"
                )
        );
        Assert.All(records, record => Assert.Equal(10, record.RejectReason is null ? record.OccurredAt.Hour : 10));
    }
}
