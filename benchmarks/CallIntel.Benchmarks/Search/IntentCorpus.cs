using System.Text;
using CallIntel.Benchmarks.Scorecard;

namespace CallIntel.Benchmarks.Search;

/// <summary>A text with what its author wanted.</summary>
readonly record struct IntentText(string Text, string Intent);

/// <summary>
/// BANKING77: questions of customers of a bank, each with one of 77 intents (CC BY 4.0). A text is relevant for a
/// search if it has the same intent.
/// </summary>
static class IntentCorpus
{
    const string Folder = "../shared/data/banking77";

    /// <summary>Whether the files are on this machine. They are not part of the repository.</summary>
    internal static bool IsPresent => Checkout.Find(Folder) is not null;

    /// <summary>Reads the 10,003 texts that are searched.</summary>
    internal static List<IntentText> ReadTexts() => Read("train.csv");

    /// <summary>Reads the 3,080 texts that are searched for.</summary>
    internal static List<IntentText> ReadSearches() => Read("test.csv");

    /// <summary>Computes nDCG@10 and P@1 of the intents of the best ten hits.</summary>
    internal static (double Ndcg, double First) Judge(string wanted, IReadOnlyList<string> found)
    {
        double gained = 0,
            ideal = 0;
        for (int i = 0; i < 10; i++)
        {
            ideal += 1 / Math.Log2(i + 2);
            if (i < found.Count && found[i] == wanted)
                gained += 1 / Math.Log2(i + 2);
        }
        return (gained / ideal, found.Count > 0 && found[0] == wanted ? 1 : 0);
    }

    static List<IntentText> Read(string file)
    {
        string text = File.ReadAllText(Path.Combine(Checkout.Get(Folder), file));
        List<IntentText> rows = [];
        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        foreach (char c in text)
            if (c == '"')
                quoted = Toggle(quoted, field);
            else if (c == ',' && !quoted)
                EndField();
            else if (c == '\n' && !quoted)
                EndRow();
            else if (c != '\r')
                field.Append(c);
        EndRow();
        rows.RemoveAt(0); // the names of the columns
        return rows;

        void EndField()
        {
            fields.Add(field.ToString().Trim().Replace("\u0001", "", StringComparison.Ordinal));
            field.Clear();
        }

        void EndRow()
        {
            EndField();
            if (fields.Count == 2)
                rows.Add(new IntentText(fields[0], fields[1]));
            fields.Clear();
        }
    }

    /// <summary>
    /// A doubled quotation mark stands for one: it is written when the second one begins a new quotation.
    /// </summary>
    static bool Toggle(bool quoted, StringBuilder field)
    {
        if (quoted)
        {
            field.Append('\u0001');
            return false;
        }
        if (field.Length > 0 && field[^1] == '\u0001')
            field[^1] = '"';
        return true;
    }
}
