using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Search;

/// <summary>
/// Looks for single numbers among many texts that all contain one, and for words that many texts have.
/// </summary>
static class NumberFigures
{
    internal static readonly string[] Names =
    [
        "exact_number_rank",
        "p95_ms_number",
        "p95_ms_words",
        "indexed_texts_per_second",
    ];

    const int Searches = 50;
    const int Rest = 9_999_991; // a prime, so that numbers differ in their last seven digits

    /// <summary>Returns the name of a figure: with the number of texts if there are more than usual.</summary>
    internal static string NameOf(string figure, int texts) =>
        texts <= 10_000 ? figure : Text($"{figure}_{texts / 1000}k");

    /// <summary>Measures the figures.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="database">The database in which an org for the figures is created.</param>
    /// <param name="count">The number of texts.</param>
    internal static async IAsyncEnumerable<Figure> RunAsync(string suite, TestDatabase database, int count)
    {
        TestOrg org = await SearchData.StoreAsync(database, "numbers", Enumerable.Range(0, count).Select(TextOf));
        long started = Stopwatch.GetTimestamp();
        await SearchData.IndexAsync(database, org);
        double perSecond = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await SearchData.ExecuteAsync(database, "vacuum analyze");

        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst);
        int worst = 0;
        List<double> exact = [],
            words = [];
        for (int n = 0; n < Searches; n++)
        {
            int wanted = (int)(n * 7919L % count);
            string number = NumberOf(wanted);
            string text = n % 2 == 0 ? number : $"the parcel with {number[..4]} {number[4..]}";
            started = Stopwatch.GetTimestamp();
            int place = (await SearchData.FindAsync(session, text)).IndexOf(wanted);
            exact.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            worst = Math.Max(worst, place < 0 ? int.MaxValue : place + 1);
            started = Stopwatch.GetTimestamp();
            await SearchData.FindAsync(session, Sentence(n * 31));
            words.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        yield return New(
            "exact_number_rank",
            worst,
            "count",
            1,
            Text($"the worst of {Searches} numbers among {count} texts that all contain one")
        );
        yield return New(
            "p95_ms_number",
            SearchData.Percentile(exact),
            "ms",
            null,
            Text($"{count} texts, one round trip without snippets, from the client")
        );
        yield return New(
            "p95_ms_words",
            SearchData.Percentile(words),
            "ms",
            null,
            Text($"{count} texts of few different words, so that each word is in a large part of them")
        );
        yield return New(
            "indexed_texts_per_second",
            perSecond,
            "count",
            null,
            Text($"{count} texts, one worker: read, decrypted, analyzed, hashed and stored"),
            true
        );

        Figure New(string name, double value, string unit, double? target, string note, bool higherIsBetter = false) =>
            Figure.Create(suite, NameOf(name, count), [value], unit, target, higherIsBetter, note);
    }

    /// <summary>Returns a text that no other place has.</summary>
    internal static string TextOf(int place) => $"{Sentence(place)} Reference {NumberOf(place)}, please call back.";

    /// <summary>Returns one of a few hundred sentences.</summary>
    internal static string Sentence(int i) =>
        (i % 5) switch
        {
            0 => $"The delivery of order {i % 97} is late again and nobody answers the telephone in Aarhus.",
            1 => $"Can you send the invoice for March to the new address, floor {i % 9}?",
            2 => $"My card was charged twice for the subscription, {i % 53} euros each time.",
            3 => $"We would like to move the appointment on Thursday to {i % 12} o'clock.",
            _ => $"The technician did not come, I waited the whole morning for parcel {i % 31}.",
        };

    static string NumberOf(int i) => Text($"{20_000_000 + (i * 6_700_417L % Rest)}");

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
