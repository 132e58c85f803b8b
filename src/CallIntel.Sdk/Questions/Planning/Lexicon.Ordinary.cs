using System.Collections.Frozen;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>English words that look like typing errors of known words, and are not: they must stay unknown.</summary>
static partial class Lexicon
{
    const string OrdinaryWords = """
        able abort accounts advise alone bank base beat beep beyond black book border bother brief bring broke broken
        build building burning care cases cash cast chance charge charity chart cheap cheaper check child clear click
        cold collected combine compare complaint complete compliant computer confirmed connector consumed content
        contents contest contract contracts convention converted corrected correction cost country course current
        currency dead deadline deaf dear decline defined delayed deleted deliver delivered delivery department deposit
        devices direct disabled disk dismissed distance divided door double doubt draft driver drop dropped easter
        easy else employed empty ending enter escalated estimated evening exceeding exclude excluded existent exiting
        expansion extensive external fact fair fake fake fall false fast faster father fault fear feed feel fees file
        filed filled fire fish fix fixed flower follow fold food foot forced form forward forwarded found friend front
        frozen fuel full function funny general girl give given goal gold good grant great green greeting ground
        growth guess hand handed hang hard harm hear heart heat held hidden hired hold hole holding home host hosting
        hotel house human idle ill important inspired insert intend internal invoice item items join keep killed kind
        lady land landline lane late later lazy lead leak lease legal letter letters level lies life lift light like
        limit linked list listen live living load loan local lock locked lose loss loud love loyal mail main maker
        male man manager managers many marked market marketing married master match matched matches meal mean meant
        meeting men mental mind minute minutes moving muted name named names near neat new next nice noise noon normal
        north note notes offer offers office older open opened operation option order ordered other others ours
        output outside owned pack parent part partner party pass past patient payment payments peace pending person
        personal pick picture pictures place places plan planned planning plans play pleased point polite poor port
        positive post posting prefer preferred price prime printed private production product products profit project
        promise promotion property protected proud provided public pull purple queue quit quote race rain rare reach
        reaction read reader reading real received record red referred refused regarded relation relaxed relay
        released relevant reliable remote removed rent repair repeated request resent reserved rest result retained
        review reviewed right rights rise road robot role room route rude rule run rural sad safe sale sales sample
        saved saving scam scheduled score screened sea season seat second secret seed seen select senior serious
        serve service shape share shared shift ship shop short show sick side signal silent silly simple single sister
        site size skip slide slot small smart solid solo solved some sore sound source south spam stable stage standing
        start state states stations steady stock stolen stop store street strong stuck stupid style subject sunny
        support sure surprised survey sweet table tall tank target tax teach tear term test tested tester testing
        theme thing things think threat tied timed tired toll tone tool topic topics total touched tour town trace
        track tracked trade training transcript transfer travel tree trial true trunk trust type ugly unable under
        unpaid urgent usable vacation valid value verify very vice voice voiced volunteer walking wall wanted warm
        warned wasted watch weak wealth wear website west wide wife wild willing wind winter wise wish within woman
        women wonder wood word work worked worker worried worst worth wrong yearly young
        """;

    static readonly FrozenSet<string> Ordinary = OrdinaryWords
        .Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .ToFrozenSet();
}
