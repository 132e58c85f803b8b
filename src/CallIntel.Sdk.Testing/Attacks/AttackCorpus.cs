using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>Reads attacks from files: a header of comments, then raw SQL, cut into steps by lines that begin with <c>-- @</c>.</summary>
/// <remarks>
/// Header: <c>name</c>, <c>claim</c>, <c>runs</c> (roles; default everyone), <c>expect</c>, also <c>expect(viewer, analyst)</c> for some roles,
/// <c>naive</c> (<c>crosses</c> or <c>holds</c>), <c>accepts</c>, <c>needs</c> (<c>pages</c>).
/// A line <c>with VARIANT: key = text | key = text</c> makes one attack of the file with <c>{key}</c> replaced in its SQL; the keys <c>naive</c> and
/// <c>expect</c> replace the field of the header for that variant.
/// Steps: <c>-- @transaction</c>, <c>@next</c>, <c>@outside</c>, <c>@copy out</c>, <c>@copy in</c>, then any of <c>as foreign</c>,
/// <c>without context</c>, <c>on b</c>, <c>rollback</c>, <c>keep NAME</c>. What stands before the first is a transaction.
/// </remarks>
internal static class AttackCorpus
{
    const string StepMark = "-- @";
    const string VariantMark = "with ";

    /// <summary>Every attack of a folder, by name of file.</summary>
    internal static IReadOnlyList<Attack> Load(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*.sql", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .SelectMany(file => Parse(Path.GetFileNameWithoutExtension(file), File.ReadAllLines(file))),
        ];

    /// <summary>At most so many variants of each file, the first ones.</summary>
    internal static IReadOnlyList<Attack> FirstVariants(IReadOnlyList<Attack> corpus, int most) =>
        [.. corpus.GroupBy(attack => attack.File).SelectMany(file => file.Take(most))];

    internal static IReadOnlyList<Attack> Parse(string id, string[] lines)
    {
        Dictionary<string, string> header = new(StringComparer.Ordinal);
        int body = 0;
        for (
            ;
            body < lines.Length
                && lines[body].StartsWith("-- ", StringComparison.Ordinal)
                && !lines[body].StartsWith(StepMark, StringComparison.Ordinal);
            body++
        )
        {
            int colon = lines[body].IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !header.TryAdd(lines[body][3..colon].Trim(), lines[body][(colon + 1)..].Trim()))
                throw Malformed(id, $"line {body + 1} is not a field of the header");
        }

        string[] variants = [.. header.Keys.Where(name => name.StartsWith(VariantMark, StringComparison.Ordinal))];
        return variants.Length == 0
            ? [Read(id, header, lines[body..])]
            :
            [
                .. variants.Select(variant =>
                    Vary(id, variant[VariantMark.Length..], header[variant], header, lines[body..])
                ),
            ];
    }

    static Attack Read(string id, Dictionary<string, string> header, string[] lines)
    {
        string Field(string name) =>
            header.TryGetValue(name, out string? value) && value.Length > 0 ? value : throw Malformed(id, $"no {name}");
        bool crosses = Field("naive") switch
        {
            "crosses" => true,
            "holds" => false,
            _ => throw Malformed(id, "naive is crosses or holds"),
        };
        bool pages = header.GetValueOrDefault("needs") switch
        {
            null => false,
            "pages" => true,
            _ => throw Malformed(id, "needs is pages"),
        };
        return new Attack(
            id,
            Field("name"),
            Field("claim"),
            Expectations(id, header),
            crosses,
            header.GetValueOrDefault("accepts"),
            pages,
            Steps(id, lines)
        );
    }

    static Attack Vary(string id, string variant, string texts, Dictionary<string, string> header, string[] lines)
    {
        Dictionary<string, string> own = new(header, StringComparer.Ordinal);
        string sql = string.Join('\n', lines);
        foreach (string text in texts.Split(" | "))
        {
            string[] pair = text.Split(" = ", 2);
            string key =
                pair.Length == 2
                    ? pair[0].Trim()
                    : throw Malformed(id, $"the variant {variant} has a text without a key");
            if (key is "naive" or "expect")
                own[key] = pair[1].Trim();
            else if (sql.Contains($"{{{key}}}", StringComparison.Ordinal))
                sql = sql.Replace($"{{{key}}}", pair[1].Trim(), StringComparison.Ordinal);
            else
                throw Malformed(id, $"nothing takes the text {key} of the variant {variant}");
        }
        return Read($"{id}/{variant}", own, sql.Split('\n'));
    }

    static Dictionary<OrgRole, AttackExpectation> Expectations(string id, Dictionary<string, string> header)
    {
        OrgRole[] runs = Roles(header.GetValueOrDefault("runs", "everyone"));
        Dictionary<OrgRole, AttackExpectation> expected = [];
        foreach (
            (string field, string value) in header
                .Where(f => f.Key.StartsWith("expect", StringComparison.Ordinal))
                .OrderBy(f => f.Key.Length)
        )
        {
            OrgRole[] roles = field == "expect" ? runs : Roles(field["expect(".Length..^1]);
            foreach (OrgRole role in roles)
                expected[role] = new AttackExpectation(value.Split(" or "));
        }
        return runs.All(expected.ContainsKey)
            ? expected
            : throw Malformed(id, "a role that runs it has no expectation");
    }

    static OrgRole[] Roles(string text) =>
        text == "everyone"
            ? Enum.GetValues<OrgRole>()
            :
            [
                .. text.Split(',', StringSplitOptions.TrimEntries)
                    .Select(role => Enum.Parse<OrgRole>(role, ignoreCase: true)),
            ];

    static List<AttackStep> Steps(string id, string[] lines)
    {
        List<AttackStep> steps = [];
        AttackStep present = new(
            AttackStepKind.Transaction,
            "a",
            Victim: false,
            WithContext: true,
            RollsBack: false,
            Keep: null,
            ""
        );
        List<string> sql = [];
        foreach (string line in lines)
        {
            if (!line.StartsWith(StepMark, StringComparison.Ordinal))
            {
                sql.Add(line);
                continue;
            }
            Close();
            present = ReadStep(id, line[StepMark.Length..], present.Connection);
        }
        Close();
        return steps.Count > 0 ? steps : throw Malformed(id, "no SQL");

        void Close()
        {
            string text = string.Join('\n', sql).Trim();
            if (text.Length > 0)
                steps.Add(present with { Sql = text });
            sql.Clear();
        }
    }

    static AttackStep ReadStep(string id, string line, string connection)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        AttackStep step = new(
            AttackStepKind.Transaction,
            connection,
            Victim: false,
            WithContext: true,
            RollsBack: false,
            Keep: null,
            ""
        );
        for (int i = 0; i < words.Length; i++)
            step = words[i] switch
            {
                "transaction" => step,
                "next" => step with { Kind = AttackStepKind.Next },
                "outside" => step with { Kind = AttackStepKind.Outside },
                "copy" => step with { Kind = words[++i] == "out" ? AttackStepKind.CopyOut : AttackStepKind.CopyIn },
                "as" => step with { Victim = words[++i] == "foreign" },
                "without" => step with { WithContext = words[++i] != "context" },
                "on" => step with { Connection = words[++i] },
                "rollback" => step with { RollsBack = true },
                "keep" => step with { Keep = words[++i] },
                _ => throw Malformed(id, $"the step '{line}' has an unknown word"),
            };
        return step;
    }

    static InvalidDataException Malformed(string id, string what) => new($"The attack {id} cannot be read: {what}.");
}
