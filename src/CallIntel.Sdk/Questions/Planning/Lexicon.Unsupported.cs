namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Things that the planner knows and cannot answer.</summary>
static partial class Lexicon
{
    static readonly (Sense, string)[] Unsupported =
    [
        (
            Sense.Unsupported,
            "(=like|likes|love|hate) (=us|our), "
                + "tomorrow, forecast, predict(ed|ion|), will, sentiment, csat, satisfaction, satisfied, happy, "
                + "angry, unhappy, why, reason(s) for, because, recommend, should, advice, delete, remove, update, "
                + "insert, email(s|ed|), e mail(s), whatsapp, password(s), salary, salaries, transcribe, translate, "
                + "summarize, summarise, revenue, sales figures, profit, queue time, queue, hold time, on hold, "
                + "ring time, time to answer, time to pick up, speed of answer, transfer(s|red|), recording(s), "
                + "play, correlat(=e|es|ed|ion), standard deviation, p95, p99, percentile, latest, newest, oldest, "
                + "earliest, most recent, first call, last call, how old, (=call|calls|calling|called) (us )again, "
                + "(=short|brief|long|longer|shorter) call(s), on a call, in a call, on another call, longer than "
                + "(=a|an|one), shorter than (=a|an|one), (=more|less) than (=a|an|one), (=over|under|above|below) "
                + "(=a|an|one) (=minute|hour|second), how to, how do i, how can i, configure, install, set up, send "
                + "a text, send a message, send an sms, send a voicemail, send him, send her, send them, delete "
                + "all, drop table, select, create, add, export, send an, remind, schedule, book, call me, text me, "
                + "dial the, convert, tweet(s), faxes, fax, chats, video, (=business|working|office) hour, "
                + "(=cost|price) of (=a|an|one) (=call|text|message|sms|minute), lost "
                + "(=customers|clients|contacts|patients|leads|guests), "
                + "(=customers|clients|contacts|patients|leads|guests) (we )lost, (=new|fresh) "
                + "(=calls|messages|texts|sms|voicemails|events), group (=message|messages|text|texts|chat|chats), "
                + "unknown (=caller|callers|number|numbers|contact|contacts|customer|customers)"
        ),
    ];
}
