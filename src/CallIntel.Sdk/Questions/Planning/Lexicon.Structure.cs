namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Words that give a question its structure, and words that add nothing.</summary>
static partial class Lexicon
{
    static readonly (Sense, string)[] Structure =
    [
        (
            Sense.Rate,
            "rate(s), percentage(s), percent, share, ratio, fraction, proportion, %, what part, pct, "
                + "portion, how well, how good, percentage wise"
        ),
        (
            Sense.AnswerRate,
            "answer(ed|ing|) rate(s), connect rate(s), pickup rate(s), pick up rate(s), answer ratio, answer "
                + "percentage, accessibility, service level, reachability, how reachable, answering performance, "
                + "answer performance, connection rate, response rate of calls, availability on the phone"
        ),
        (Sense.Average, "average, avg, mean, median, typical, typically, on average, usual, averages, averaged"),
        (
            Sense.HowLong,
            "how long, how many minutes, how many hours, how many mins, how much time, long, duration, "
                + "length, how many mins, how much of our time"
        ),
        (
            Sense.HowFast,
            "how fast, how quick(ly|), how soon, how rapidly, speed, quickly, fast, quick, how swiftly, "
                + "how slow(ly|), slow"
        ),
        (
            Sense.Count,
            "how many, number of, count of, count, total number of, amount of, how often, how many times, "
                + "total(s), quantity of, nr of, no of, how much, how frequently, tally of, sum of, overall, in "
                + "total, altogether, number, no, combined, nbr of, frequency of, times"
        ),
        (
            Sense.ResponseTime,
            "(=response|reply|reaction) time(s), time to (=reply|respond|response), text response "
                + "time(s), message response time(s), time to reply to text(s), time until reply, time to "
                + "answer text(s), time to answer message(s), sms response time(s), sms reply time(s)"
        ),
        (
            Sense.CallBackTime,
            "call back time(s), callback time(s), time to call back, time to callback, time to return, "
                + "return time(s), time until we call back, time until callback, time until call back, call "
                + "people back, call customers back, call them back, time until a call back, to get called "
                + "back, to get a call back, to get a callback, call someone back, ring people back, return a "
                + "call, return a missed call, return calls, return missed calls"
        ),
        (Sense.From, "from, by whom, coming from, originating from, out of"),
        (Sense.To, "to, towards, into"),
        (Sense.With, "with, involving, for, on, through, via, of, at, using, over, between"),
        (
            Sense.Only,
            "only, just, but only, limit(ed) to, restrict(ed) to, filter(ed) to, filter(ed) by, "
                + "exclusively, solely, limit it to, narrow(ed) down to, restrict it to, filter on"
        ),
        (
            Sense.By,
            "by, per, pr, each, every, for each, for every, split by, broken down by, break down by, "
                + "breakdown by, grouped by, group by, divided by, across, across all, sorted by, separated by, "
                + "by each, per each, split up by, breakdown per, split per, distribution by, distribution "
                + "over, segmented by, listed by, break it down by, split it by, separately for each, for all, "
                + "of each, on each, from each, to each, did each, does each, has each, broken out by, by the, "
                + "group it by, grouped per, among, amongst, between the, of the different, for the different, "
                + "for the individual, of every, on every"
        ),
        (
            Sense.Which,
            "which, what, which of our, which of the, which of my, what are the, which are the, which is "
                + "the, what is the, what was the, which was the, what were the"
        ),
        (
            Sense.Who,
            "who, whos, whose, whod, who of us, which of us, who is, who was, who were, who are, who "
                + "else, who has, who had, who have"
        ),
        (
            Sense.WithinDay,
            "within a day, within one day, within 24 hours, within 24h, in 24 hours, same day, the same day, "
                + "on the same day"
        ),
        (Sense.When, "when"),
        (
            Sense.Whom,
            "whom, to whom, who did we, who do we, who have we, with whom, who are we, whom did we, whom "
                + "do we, who did i, who do i"
        ),
        (
            Sense.HourOfDay,
            "(=what|which) hour(s) of (the )day, what time of (the )day, which time of (the )day, at what "
                + "time of (the )day, hour(s) of the day, hour(s) of day, time of day, time of the day, times of "
                + "day, time slot(s), what time, at what time, at which hour(s), what hour(s), time(s) of the day, "
                + "clock hour(s), hour by hour, hourly, which hour(s), when during the day, when in the day, which "
                + "time(s), hour of the day, per hour"
        ),
        (
            Sense.DayOfWeek,
            "day(s) of the week, day(s) of week, weekday(s), which weekday(s), on which weekday(s), which "
                + "day(s) of the week, week day(s), what day(s) of the week, on which day(s) of the week, day "
                + "name, when in the week"
        ),
        (
            Sense.HourOfWeek,
            "day of week and hour, day of the week and hour, hour and day of week, day of week and hour "
                + "of day, heat map, heatmap, hour(s) of the week, weekday and hour, day and hour, hour and "
                + "day, hour and weekday, when during the week, hour by weekday"
        ),
        (Sense.Hour, "hour(s)"),
        (
            Sense.Day,
            "day(s), daily, day by day, date(s), which day(s), on which day(s), what day(s), per day, "
                + "every day, each day, a day, days on which"
        ),
        (
            Sense.Week,
            "week(s), weekly, week by week, which week(s), per week, every week, each week, a week, what " + "week"
        ),
        (
            Sense.Month,
            "month(s), monthly, month by month, which month(s), per month, every month, each month, a "
                + "month, what month"
        ),
        (Sense.Quarter, "quarter(s), quarterly"),
        (
            Sense.Trend,
            "trend(s), trending, over time, develop(ed|ing|), development, evolve(d), evolution, "
                + "timeline, time series, going up, going down, increase(d), increasing, decrease(d), "
                + "decreasing, rising, falling, growing, grow, grew, growth, change(d|s|), changing, history, "
                + "getting worse, getting better, progress, progression, course, getting more, getting fewer, "
                + "up or down, gone up, gone down, improving, improve(d), go up, go down, get better, get "
                + "worse, getting faster, getting slower, curve, went up, went down, declining, decline(d)"
        ),
        (
            Sense.Top,
            "top, first, leader board, best of, leading, highest ranking, top performing, leaderboard, "
                + "ranking, ranked, rank, league table, ranking of, leaderboard of, leaders"
        ),
        (
            Sense.Most,
            "most, the most, highest, biggest, largest, maximum, max, greatest, most frequent, most "
                + "often, most frequently, most active, mostly, maximal, heaviest, top number of, highest "
                + "number of, record"
        ),
        (
            Sense.Least,
            "least, the least, fewest, lowest, smallest, minimum, min, least often, lowest number of, "
                + "least active, bottom"
        ),
        (
            Sense.Busiest,
            "busiest, peak, peaks, peak time(s), rush hour(s), most busy, when are we busiest, when is it "
                + "busiest, when are we busy, when do most, hottest, most traffic"
        ),
        (Sense.Quietest, "quietest, calmest, slowest, least busy, quiet"),
        (Sense.Best, "best, strongest"),
        (Sense.Worst, "worst, weakest, poorest"),
        (Sense.Longest, "longest, the longest, most time, the most time"),
        (Sense.Shortest, "shortest, least time, briefest, fastest, quickest, soonest"),
        (
            Sense.Compare,
            "compared to, compared with, compare to, compare with, compare(d), comparing, comparison, in "
                + "comparison to, in comparison with, vs, versus, against, relative to, than, as compared to, "
                + "more than, fewer than, less than, comparison with, comparison to, as opposed to, compare "
                + "that with, compare that to, compare it with, compare it to, compare this with, compare this "
                + "to, contrasted with, v, up from, down from, difference between, difference from, difference "
                + "to, difference, next to, higher than, lower than, stack up against, better than, worse than, "
                + "change from, change versus, set against, change since"
        ),
        (
            Sense.Comparative,
            "more, less, fewer, better, worse, longer, shorter, higher, lower, faster, slower, busier, "
                + "quieter, more often, less often"
        ),
        (
            Sense.Search,
            "mention(s|ed|ing|), mentioned the word(s), search for, search, contain(s|ing|ed|), "
                + "containing the word(s), with the word(s), with the text, with the phrase, the word(s), said, "
                + "say(s|ing|), saying the word(s), contain the word(s), contains the word(s), includes the "
                + "word(s), include the word(s), talked about, talk(s|ing|) about, spoke about, speak about, "
                + "speaking about, asked about, ask(s|ing|) about, asked for, asking for, ask for, "
                + "complain(s|ed|ing|) about, wrote about, write about, writing about, discuss(ed|ing|es|), "
                + "were about, was about, is about, are about, regarding, concerning, to do with, look for, "
                + "looking for, look up, brought up, complaints about, says the word(s), where the word(s), "
                + "matching, that mention(s|ed|), texted about, inquired about, enquired about, talking of, "
                + "with regard to, on the subject of, on the topic of, related to, where someone said, in which "
                + "someone said, using the word(s), referring to, refer(red) to, had to do with, that say(s|), "
                + "which say(s|), inquiring about, calling about, called about, dealing with, deal(s) with the "
                + "topic"
        ),
        (Sense.About, "about"),
        (Sense.And, "and, as well as, plus, along with, &, also, together with, and also"),
        (Sense.Or, "or"),
        (
            Sense.Not,
            "not, except, excluding, without, other than, apart from, exclude, no longer, but not, dont, "
                + "didnt, doesnt, hasnt, havent, cant, couldnt, never, ignoring, ignore, besides, nobody, noone, "
                + "minus, no one, isnt, arent, wasnt, werent, everyone but, everybody but, anyone but, "
                + "everything but, all but, aside from, leaving out, leave out, left out, omit(ting), save for, "
                + "not including, not counting, with no, had no, have no, has no"
        ),
        (Sense.All, "all, any, whole, entire"),
        (Sense.Me, "i, my, mine, me, myself, i have, i had, ive"),
        (
            Sense.Filler,
            "make me, make a (=list|table|chart|report|graph), dear( all| team| sir| madam|), sorry, good "
                + "(=morning|afternoon|day|evening), regards, best regards, kind regards, thx, ty, asap, different, "
                + "distinct, unique, howd, whatd, left, leave, leaves, managed, manage, able, tried, try, trying, "
                + "ended, started, entire, lot, lots, a lot, bit, anything, everyones, per cent, in terms of, "
                + "terms, based on, considering, detail(s), detailed, summary, (=latest|most recent|newest) "
                + "(=figures|numbers|data|stats|statistics), todays, guys, manage to, managed to, on record, ever, "
                + "overall, logged, registered, day to day, so many, that many, the, a, an, is, are, was, "
                + "were, be, been, being, did, do, does, done, has, have, had, having, we, us, our, ours, you, "
                + "your, it, its, they, them, their, there, theyre, that, this, these, those, then, so, so far, "
                + "please, pls, plz, show, show me, give, give me, tell, tell me, list, list of, display, see, let, "
                + "lets, get me, can, could, would, like, want, need, needed, know, find, find out, find me, can "
                + "you, could you, hi, hello, hey, thanks, thank you, ok, okay, well, actually, really, very, much, "
                + "many, some, if, as, in, where, how, until, till, whats, what about, how about, figure(s), stats, "
                + "statistic(s), data, report, overview, chart, graph, table, breakdown, break down, broken down, "
                + "distribution, split, split up, view, look, looking, numbers for, look at, performance, perform, "
                + "performed, doing, kpi, kpis, metric(s), company, office, business, org, organisation, "
                + "organization, firm, happened, happen, happening, went, go, goes, going, come, comes, came, "
                + "occur, occurred, take place, took place, there were, were there, are there, is there, there are, "
                + "was there, someone, somebody, anyone, anybody, something, one, ones, time, times, period, "
                + "currently, right now, now, yet, up, down, out, in all, each other, actual, exact, exactly, "
                + "roughly, approximately, about how many, about how, quite, still, already, always, usually, "
                + "normally, generally, during, within, which were, which are, who were, that were, that are, that "
                + "was, people from, kindly, want to see, would like to see, id like to see, i want, i need, i "
                + "would like, id like, wonder, wondering, curious, interested, check, pull, pull up, run, give us, "
                + "show us, help, help me, question, quick question, answer me, can i, may i, could i, may, can we, "
                + "see the, me the, me how many, me a, me an, me our, me all, me my, i want to know, i need to "
                + "know, id like to know, do you know, do you have, can i see, can i have, (=can|could|may|might) "
                + "(=i|we|you) (=get|have|see), to get, please get, let(s) get, could i see, may i see, i see, all "
                + "of, all the, of all, individually, separately, respectively, recent, recently, lately, these "
                + "days, worth of, taking place, spoken, talked, talk(s|ing|), speak(ing|), spoke, speaks, chat "
                + "with, reached, reach, handset, back, bring, put, provide, compute, calculate, work out, output, "
                + "print, return me, fetch, query, pct of, side by side, again, too, same, same thing, same again, "
                + "same for, instead, rather, what if, though, but, while, fully, such, than usual, any better, "
                + "off, keep, under, hows, it look, look like, looks like, looked like, does it look, into account, "
                + "kind of like, sort of, have been, has been, had been, am, im, gimme, wanna, hmm, um, uh, oh, "
                + "yes, yeah, telephone, phones, phoneline, desk, day so, longs, day long, customer side, company "
                + "wide, whole company, whole team, entire team, all together, complete list, full list, in order, "
                + "order, ordered, sort, sorted, in a, as a, into, at all, even, ever since, via phone, by phone, "
                + "on phone, over the phone, via text, via sms, by sms, by text, that we, which we, that have, that "
                + "had, who have, who had"
        ),
    ];
}
