using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>
/// Reads attacks from files. A file has a header of comments, then raw SQL that lines beginning with <c>-- @</c> divide
/// into steps.
/// </summary>
/// <remarks>
/// Fields of the header, each on a line <c>-- field: value</c>: <c>name</c>, <c>claim</c>, <c>runs</c> (roles; default
/// everyone), <c>expect</c>, <c>expect(viewer, analyst)</c> for some roles, <c>naive</c> (<c>crosses</c> or
/// <c>holds</c>), <c>accepts</c>, <c>needs</c> (<c>pages</c>). A comment that is indented by three or more spaces
/// continues the field of the line before.
/// A field <c>with VARIANT: key = text | key = text</c> makes one attack of the file, in whose SQL the text replaces
/// <c>{key}</c>. The keys <c>naive</c> and <c>expect</c> replace these fields of the header for that variant.
/// Steps begin with <c>-- @transaction</c>, <c>@next</c>, <c>@outside</c>, <c>@copy out</c> or <c>@copy in</c>,
/// followed by any of <c>as foreign</c>, <c>without context</c>, <c>on b</c>, <c>rollback</c>, <c>keep NAME</c>. SQL
/// before the first of these lines is a step of kind transaction.
/// </remarks>
static class AttackCorpus
{
    const string StepMark = "-- @";
    const string VariantMark = "with ";
    const string ContinuationMark = "--   ";

    /// <summary>Reads all attacks of a folder and its subfolders, ordered by path.</summary>
    internal static IReadOnlyList<Attack> Load(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*.sql", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .SelectMany(file => Parse(Path.GetFileNameWithoutExtension(file), File.ReadAllLines(file))),
        ];

    /// <summary>Returns the first variants of each file.</summary>
    internal static IReadOnlyList<Attack> FirstVariants(IReadOnlyList<Attack> corpus, int count) =>
        [.. corpus.GroupBy(attack => attack.File).SelectMany(file => file.Take(count))];

    internal static IReadOnlyList<Attack> Parse(string id, string[] lines)
    {
        Dictionary<string, string> header = new(StringComparer.Ordinal);
        string? field = null;
        int body = 0;
        for (
            ;
            body < lines.Length
                && lines[body].StartsWith("-- ", StringComparison.Ordinal)
                && !lines[body].StartsWith(StepMark, StringComparison.Ordinal);
            body++
        )
        {
            string line = lines[body];
            if (field is not null && line.StartsWith(ContinuationMark, StringComparison.Ordinal))
            {
                header[field] += " " + line[ContinuationMark.Length..].Trim();
                continue;
            }
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            field = colon < 0 ? null : line[3..colon].Trim();
            if (field is null || !header.TryAdd(field, line[(colon + 1)..].Trim()))
                throw Malformed(id, $"line {body + 1} is not a field of the header");
        }

        string[] variants = [.. header.Keys.Where(name => name.StartsWith(VariantMark, StringComparison.Ordinal))];
        return variants.Length == 0
            ? [CreateAttack(id, header, lines[body..])]
            :
            [
                .. variants.Select(variant =>
                    CreateVariant(id, variant[VariantMark.Length..], header[variant], header, lines[body..])
                ),
            ];
    }

    static Attack CreateAttack(string id, Dictionary<string, string> header, string[] lines)
    {
        string Field(string name) =>
            header.TryGetValue(name, out string? value) && value.Length > 0
                ? value
                : throw Malformed(id, $"the field {name} is missing");
        bool crosses = Field("naive") switch
        {
            "crosses" => true,
            "holds" => false,
            _ => throw Malformed(id, "the value of naive must be crosses or holds"),
        };
        bool pages = header.GetValueOrDefault("needs") switch
        {
            null => false,
            "pages" => true,
            _ => throw Malformed(id, "the value of needs must be pages"),
        };
        return new Attack(
            id,
            Field("name"),
            Field("claim"),
            ParseExpectations(id, header),
            crosses,
            header.GetValueOrDefault("accepts"),
            pages,
            ParseSteps(id, lines)
        );
    }

    static Attack CreateVariant(
        string id,
        string variant,
        string texts,
        Dictionary<string, string> header,
        string[] lines
    )
    {
        Dictionary<string, string> own = new(header, StringComparer.Ordinal);
        string sql = string.Join('\n', lines);
        foreach (string text in texts.Split(" | "))
        {
            string[] pair = text.Split(" = ", 2);
            string key =
                pair.Length == 2
                    ? pair[0].Trim()
                    : throw Malformed(id, $"the variant {variant} contains a text without a key");
            if (key is "naive" or "expect")
                own[key] = pair[1].Trim();
            else if (sql.Contains($"{{{key}}}", StringComparison.Ordinal))
                sql = sql.Replace($"{{{key}}}", pair[1].Trim(), StringComparison.Ordinal);
            else
                throw Malformed(id, $"the SQL does not contain {{{key}}}, which the variant {variant} sets");
        }
        return CreateAttack($"{id}/{variant}", own, sql.Split('\n'));
    }

    static Dictionary<OrgRole, AttackExpectation> ParseExpectations(string id, Dictionary<string, string> header)
    {
        OrgRole[] runs = ParseRoles(header.GetValueOrDefault("runs", "everyone"));
        Dictionary<OrgRole, AttackExpectation> expected = [];
        foreach (
            (string key, string value) in header
                .Where(f => f.Key.StartsWith("expect", StringComparison.Ordinal))
                .OrderBy(f => f.Key.Length)
        )
        {
            OrgRole[] roles = key == "expect" ? runs : ParseRoles(key["expect(".Length..^1]);
            foreach (OrgRole role in roles)
                expected[role] = new AttackExpectation(value.Split(" or "));
        }
        return runs.All(expected.ContainsKey)
            ? expected
            : throw Malformed(id, "a role that runs the attack has no expected outcome");
    }

    static OrgRole[] ParseRoles(string text) =>
        text == "everyone"
            ? Enum.GetValues<OrgRole>()
            :
            [
                .. text.Split(',', StringSplitOptions.TrimEntries)
                    .Select(role => Enum.Parse<OrgRole>(role, ignoreCase: true)),
            ];

    static List<AttackStep> ParseSteps(string id, string[] lines)
    {
        List<AttackStep> steps = [];
        AttackStep current = new(
            AttackStepKind.Transaction,
            "a",
            ByVictim: false,
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
            current = ParseStep(id, line[StepMark.Length..], current.Connection);
        }
        Close();
        return steps.Count > 0 ? steps : throw Malformed(id, "there is no SQL");

        void Close()
        {
            string text = string.Join('\n', sql).Trim();
            if (text.Length > 0)
                steps.Add(current with { Sql = text });
            sql.Clear();
        }
    }

    static AttackStep ParseStep(string id, string line, string connection)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        AttackStep step = new(
            AttackStepKind.Transaction,
            connection,
            ByVictim: false,
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
                "as" => step with { ByVictim = words[++i] == "foreign" },
                "without" => step with { WithContext = words[++i] != "context" },
                "on" => step with { Connection = words[++i] },
                "rollback" => step with { RollsBack = true },
                "keep" => step with { Keep = words[++i] },
                _ => throw Malformed(id, $"the step '{line}' contains an unknown word"),
            };
        return step;
    }

    static InvalidDataException Malformed(string id, string problem) =>
        new($"The attack {id} is not valid: {problem}.");
}
