namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Things, and what happens to them. "(a|b)" is optional, "(=a|b)" is a choice.</summary>
static partial class Lexicon
{
    static readonly (Sense, string)[] Things =
    [
        (
            Sense.Event,
            "event(s), everything, usage, used, activity, activities, interaction(s), communication(s), "
                + "contact volume, volume(s), traffic, conversation(s), touchpoint(s)"
        ),
        (
            Sense.Call,
            "(phone |telephone |voice )call(s), call count(s), call volume(s), call traffic, number of "
                + "calls, callcount, phonecall(s), (phone )conversation(s) on the phone, call log(s)"
        ),
        (Sense.Message, "(text |chat )message(s), text(s), msg(s), messaging, text volume(s), message volume(s)"),
        (Sense.Sms, "sms(s|es), sms message(s), sms text(s)"),
        (Sense.Mms, "mms(s|es), mms message(s), picture message(s), multimedia message(s)"),
        (
            Sense.Voicemail,
            "calls (that )went to voicemail, calls (that )go to voicemail, calls to voicemail, calls sent "
                + "to voicemail, voicemail(s), voice mail(s), voice message(s), vm(s), voicemail message(s), "
                + "mailbox message(s)"
        ),
        (
            Sense.ContactNoun,
            "contact(s), customer(s), client(s), caller(s), people, peoples, ppl, persons, phone number(s), number(s) "
                + "that called, distinct number(s), external party, external parties, prospect(s), lead(s), "
                + "patient(s), guest(s), different number(s), numbers, folks, buyer(s), consumer(s)"
        ),
        (
            Sense.TalkTime,
            "(total |overall )talk(ing|) time, talktime, time on the phone, time on call(s), time on "
                + "phone, call minutes, call time, call hours, phone time, "
                + "minutes talked, minutes of call(s), hours of call(s), hours of talk time, minutes on the "
                + "phone, hours on the phone, total (call )duration, total call length, phone minutes, airtime, "
                + "minutes of talk(ing|) time, time talking, spend on the phone, spent on the phone, spend "
                + "talking, spent talking, time in calls, minutes, time spent on the phone, time spent talking, "
                + "time spent on call(s)"
        ),
        (
            Sense.CallLength,
            "calls lasting, calls lasted, call lasts, do calls last, does a call last, do our calls last, "
                + "lasting, lasted, lasts, average length, average duration, (call|conversation) "
                + "(=length|duration)(s), (call|conversation) (=lengths|durations), handle time, handling time, "
                + "length of call(s), length of a call, duration of call(s), duration of a call, call handling "
                + "time, aht, talk time per call"
        ),
        (
            Sense.Cost,
            "cost(s), costing, spend, spent, spending, expense(s), charges, charged, bill, billing "
                + "cost(s), price, phone bill, how expensive, expensive, costly, expenditure, pay, paid, "
                + "how much money, money"
        ),
        (
            Sense.Member,
            "agent(s), member(s), employee(s), colleague(s), user(s), rep(s), representative(s), "
                + "operator(s), person, staff, staff member(s), team member(s), team mate(s), teammate(s), "
                + "coworker(s), co worker(s), of us, of our people, of my people, salesperson, sales rep(s), "
                + "sales people, advisor(s), advisers, everyone, everybody, worker(s), individual(s), name"
        ),
        (Sense.Team, "team(s), department(s), group(s), squad(s), dept(s)"),
        (
            Sense.Line,
            "line(s), phone line(s), telephone line(s), our number(s), own number(s), inbound number(s), "
                + "extension(s), business number(s), dialled number(s), company number(s), office number(s)"
        ),
        (
            Sense.Source,
            "source(s), data source(s), provider(s), phone system(s), import source(s), system(s), " + "feed(s)"
        ),
        (Sense.Channel, "channel(s), medium, media type(s), type(s), type(s) of communication, kind(s), event type(s)"),
        (
            Sense.Direction,
            "direction(s), inbound or outbound, in and out, in (=and|or) out(=bound|going), incoming or outgoing"
        ),
        (Sense.Outcome, "outcome(s), result(s), status, statuses, disposition(s)"),
    ];

    static readonly (Sense, string)[] Happenings =
    [
        (
            Sense.Missed,
            "hang up(s), hung up, hangup(s), missed, miss, missing, misses, unanswered, not answered, "
                + "didnt answer, did not answer, not picked up, didnt pick up, did not pick up, didnt get, "
                + "failed to answer, nobody answered, no one answered, nobody picked up, no one picked up, "
                + "noone answered, went unanswered, go unanswered, abandoned, lost, went to nobody, nobody "
                + "took, no one took, were not answered, werent answered, fail to answer, did not take, didnt "
                + "take, not taken, couldnt take, dropped, did we drop, we drop, no answer, never answered, were not "
                + "picked up, rang out, unattended, never picked up, (=without getting|not get|didnt get|never got|"
                + "couldnt get|could not get|cant get|cannot get|unable to get) through, without reaching "
                + "(=us|anyone|anybody), (=not|didnt|couldnt|could not) reach (=us|anyone|anybody), without "
                + "(an )answer"
        ),
        (
            Sense.Answered,
            "answered, answer, answers, answering, picked up, pick up, picks up, taken, take, takes, "
                + "took, handled, handle, handles, accepted, got through, were picked up, connected, attended, "
                + "successful, completed, complete, get answered, got answered, responded to, deal with, dealt "
                + "with, pickups, serviced, served, taking, handling"
        ),
        (
            Sense.Returned,
            "returned, called back, call(ed) them back, calls back, return, were returned, got a call "
                + "back, rang back, got called back, get called back, phoned back, callback(s), call back(s), "
                + "followed up, been returned, received a callback, returned calls, returning calls, we "
                + "returned, ring back, been called back, were called back, did we return, did we call back, we "
                + "call back, we called back"
        ),
        (
            Sense.Unreturned,
            "unreturned, not returned, not called back, didnt return, did not return, never returned, "
                + "never called back, didnt call back, did not call back, nobody called back, no one called "
                + "back, nobody returned, no one returned, noone called back, still open, still to call back, "
                + "still to return, yet to return, yet to call back, left to return, left to call back, to call "
                + "back, to be returned, need a call back, need a callback, waiting for a call back, havent "
                + "called back, have not called back, havent returned, have not returned, werent returned, were "
                + "not returned, werent called back, were not called back, without a callback, without a call "
                + "back, not been returned, without callback(s), havent been returned, not followed up, no "
                + "callback, without follow up, never got called back, without being returned, havent been "
                + "called back, have not been called back, nobody has called back, not yet returned, never got "
                + "a call back, never got a callback, still waiting for a callback, still need to be called "
                + "back, need to be called back, should call back, must call back, havent been answered yet, "
                + "never been called back, not been called back, need to call back"
        ),
        (
            Sense.Replied,
            "reply, replied, replies, respond, responded, responds, response(s), reply to, respond to, "
                + "responding, write back, wrote back, text back, texted back, replying, get back to, got back "
                + "to, been replied to, without a reply, got a reply, get a reply, got a response, get a "
                + "response, written back"
        ),
        (
            Sense.CalledUs,
            "called us, call us, calls us, calling us, rang us, ring us, phoned us, phone us, called in, "
                + "rang in, dialled us, rings us, phoning us, ringing us, called me, rang me, gave us a call, "
                + "give us a call, called our, calling our, call our, phoned in"
        ),
        (
            Sense.ContactedUs,
            "contacted us, contact us, contacts us, contacting us, reached us, reach us, got in touch, "
                + "get in touch, tried to reach us, try to reach us, come in, came in, came through, "
                + "come through, coming in, comes in, did "
                + "we get, did we receive, we got, we received, do we get, do we receive, we get, we receive, "
                + "we are getting, we had come in, do we usually get, got from, get from, received from, have "
                + "we received, have we got, have we gotten, have we had from, we had from, did i get, did i "
                + "receive, arrived, arrive, arriving, hear from, heard from, did we have from, i got, i "
                + "received, are we getting, were we getting, have i received, have i got, has received, have "
                + "received, reached out to us, reach out to us"
        ),
        (
            Sense.Talk,
            "talk(s|ed|ing), spoke, speak(s|ing), spoken, chat(ted|ting), on the phone( the), on phone, on the line"
        ),
        (Sense.Wait, "wait(s|ed|ing), waiting time(s), wait time(s), have to wait, had to wait, kept waiting"),
        (
            Sense.WeCalled,
            "did we call, we called, we call, did we make, we made, we make, did we place, we placed, did "
                + "we dial, we dialled, we dialed, did i make, i made, i called, did i call, have we made, we "
                + "rang, did we ring, we phoned, did we phone, do we call, do we make, went out, go out, going "
                + "out, we reached out, did we reach out to, have we called, made, make, makes, placed, "
                + "dialled, dialed, dials, making, dial, place, called out, reach out to, reached out to, have i made, "
                + "we initiated, initiated"
        ),
        (Sense.Calling, "called, calling, phoned, phone, rang, ring, rings, ringing, phoning, call up, called up"),
        (
            Sense.TextedUs,
            "sent us, send us, sends us, sending us, texted us, text us, texts us, wrote us, write us, wrote "
                + "to us, write to us, messaged us, message us, messages us, texting us, writing to us"
        ),
        (
            Sense.WeTexted,
            "did we text, we texted, we text, did we write, we wrote, did we message, we messaged, did we "
                + "send, we sent, we send, did i send, i sent, have we sent, do we send, sent out, send out, "
                + "was sent, were sent, send, sends, sending, have i sent, do we text"
        ),
        (Sense.Texting, "texted, texting, wrote, write, writes, messaged, written"),
        (
            Sense.Inbound,
            "inbound, incoming, received, receive, receives, in bound, inbounds, receiving, to us, got, "
                + "get, gets, getting"
        ),
        (Sense.Outbound, "outbound, outgoing, sent, out bound, outbounds, from us, by us"),
        (
            Sense.New,
            "new, first time, brand new, never called before, never contacted us before, "
                + "firsttime, newly, fresh, for the first time, hadnt called before, had not called before, who "
                + "never called before"
        ),
        (
            Sense.Returning,
            "returning, existing, repeat, recurring, known, old, regular, came back, come back, coming "
                + "back, repeated, established, loyal"
        ),
        (Sense.Busy, "busy, engaged, busy signal, busy tone"),
        (Sense.Failed, "failed, failing, undelivered, not delivered, failures, errors, failure, fail"),
        (Sense.Rejected, "rejected, declined, refused, reject, declines, denied"),
        (Sense.Blocked, "blocked, filtered, spam, blocking"),
    ];
}
