using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using CallIntel.Sdk.IntegrationTests.Access;
using CallIntel.Sdk.IntegrationTests.Audit;
using CallIntel.Sdk.IntegrationTests.ChangeFeed;
using CallIntel.Sdk.IntegrationTests.Contacts;
using CallIntel.Sdk.IntegrationTests.Dashboards;
using CallIntel.Sdk.IntegrationTests.Encryption;
using CallIntel.Sdk.IntegrationTests.Events;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.IntegrationTests.Jobs;
using CallIntel.Sdk.IntegrationTests.Lines;
using CallIntel.Sdk.IntegrationTests.Organization;
using CallIntel.Sdk.IntegrationTests.Privacy;
using CallIntel.Sdk.IntegrationTests.SyncHealth;
using CallIntel.Sdk.IntegrationTests.Teams;
using CallIntel.Sdk.IntegrationTests.Tenancy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Testing.Attacks;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>
/// Runs behavioral tests on a database to find out whether it works correctly. Tests that compare the system catalogs
/// with rules or snapshots are not included.
/// </summary>
/// <param name="server">The server of the databases.</param>
/// <param name="original">The database without a mutant.</param>
/// <param name="only">The names of the test classes to run, without the attack corpus. Null for all.</param>
sealed partial class Oracle(PostgresServer server, MigratedTemplate original, IReadOnlyList<string>? only = null)
{
    /// <summary>
    /// The test classes that run on mutants which are not mutants of a function with coverage, in the order of trials.
    /// Fast classes that kill many mutants come first.
    /// </summary>
    static readonly Type[] Classes =
    [
        typeof(RowSecurityTests),
        typeof(GrantTests),
        typeof(WritePolicyTests),
        typeof(PermissionBitTests),
        typeof(PolicyLayerTests),
        typeof(FencedViewTests),
        typeof(MemberTests),
        typeof(OwnerPolicyTests),
        typeof(HiddenRowTests),
        typeof(SessionContextTests),
        typeof(ConnectionResetTests),
        typeof(TwinOrgTests),
        typeof(KeyPermissionTests),
        typeof(ColleagueEventTests),
        typeof(InvitationTests),
        typeof(PrivacyRuleTests),
        typeof(ContactNameTests),
        typeof(OrgKeyStoreTests),
        typeof(AccessMatrixTests),
        typeof(ChangedRecordTests),
        typeof(IngestTests),
        typeof(ConversationTests),
        typeof(DashboardVisibilityTests),
        typeof(ContactDirectoryTests),
        typeof(DataKeyStoreTests),
        typeof(BlindIndexRotationTests),
        typeof(EventReadTests),
        typeof(DetailsReadTests),
        typeof(SyncHealthStateTests),
        typeof(LearnedExpectationTests),
        typeof(SyncHealthReaderTests),
        typeof(WriteTests),
        typeof(DuplicateFilterTests),
        typeof(RoleRaceTests),
        typeof(RestrictedRecordTests),
        typeof(IngesterTests),
        typeof(RuleRaceTests),
        typeof(MisplacedEventTests),
        typeof(SourceNameTests),
        typeof(HoneyTokenTests),
        typeof(AccessLedgerTests),
        typeof(ChangeFeedTests),
        typeof(FeedOrderTests),
        typeof(JobQueueTests),
        typeof(JobWorkerTests),
        typeof(LineTests),
        typeof(TeamTests),
        typeof(MemberNameTests),
        typeof(BusinessHoursTests),
        typeof(RejectDetailTests),
        typeof(VolumeTests),
        typeof(FigureTests),
        typeof(ActivityTests),
        typeof(ContactMergeTests),
        typeof(OrgDeletionTests),
        typeof(RollupModelTests),
    ];

    /// <summary>
    /// The attacks that CI runs. The whole corpus would take minutes for each mutant that no other test kills.
    /// </summary>
    static readonly IReadOnlyList<Attack> Corpus = AttackCorpus.FirstVariants(
        AttackCorpus.Load(Path.Combine(Repository.Root, "tests/CallIntel.Sdk.IntegrationTests/Attacks")),
        2
    );

    static readonly TimeSpan TestTimeout = TimeSpan.FromMinutes(5);

    internal sealed record Case(Type Class, MethodInfo Method, object?[] Arguments)
    {
        public override string ToString() =>
            Spaces().Replace($"{Class.Name}.{Method.Name}({string.Join(", ", Arguments)})", " ");
    }

    const string AttackCorpusName = "the corpus of attacks";

    /// <summary>Namespaces whose tests look at catalogs, files or other servers, or are no tests of behavior.</summary>
    static readonly string[] OtherNamespaces =
    [
        "Attacks",
        "Backups",
        "Catalogue",
        "Doctor",
        "Documentation",
        "Importers",
        "Migrations",
        "Mutation",
        "Observability",
        "Replication",
        "Supabase",
    ];

    readonly ConcurrentDictionary<Case, Lazy<Task<bool>>> _passesAlone = [];
    readonly ConcurrentDictionary<Type, Lazy<Task<IReadOnlyList<Case>>>> _usable = [];
    readonly Lazy<Task<bool>> _runsAttacks = new(async () => only is null && !await AttacksSucceedAsync(original));

    /// <summary>Gets the classes that run on a mutant, if only those that call its function need to run.</summary>
    internal IReadOnlyList<Type> AllClasses { get; } =
    [
        .. Classes
            .Concat(
                typeof(Oracle)
                    .Assembly.GetTypes()
                    .Where(IsUsable)
                    .OrderBy(type => type.FullName, StringComparer.Ordinal)
            )
            .Distinct()
            .Where(c => only is null || only.Contains(c.Name)),
    ];

    static bool IsUsable(Type type) =>
        type is { IsPublic: true, IsAbstract: false }
        && type.Name.EndsWith("Tests", StringComparison.Ordinal)
        && !OtherNamespaces.Contains(type.Namespace!.Split('.')[^1])
        && type.GetConstructors() is [var constructor]
        && constructor.GetParameters() is { Length: > 0 } parameters
        && parameters.All(p => p.ParameterType == typeof(ServerFixture) || p.ParameterType == typeof(DatabaseFixture));

    /// <summary>Runs the test cases until one fails.</summary>
    /// <param name="mutated">The database with the mutant.</param>
    /// <param name="first">
    /// The names of test cases to run first, each in a new database. Unknown names are ignored, and so are cases that
    /// fail on the original database when they run alone.
    /// </param>
    /// <param name="covering">The classes that call the function of the mutant. Null if that is not known.</param>
    /// <returns>The name of the first case that fails. Null if all pass.</returns>
    internal async Task<string?> FindFailureAsync(
        MigratedTemplate mutated,
        IReadOnlyList<string> first,
        IReadOnlyList<string>? covering
    )
    {
        foreach (string name in first)
            if (
                name == AttackCorpusName
                    ? await _runsAttacks.Value && await AttacksSucceedAsync(mutated)
                    : FindCase(name) is { } hint
                        && await PassesAloneAsync(hint)
                        && await FindFailureAsync(mutated, [hint]) is not null
            )
                return name;
        IEnumerable<Type> classes = covering is null
            ? AllClasses.Intersect(Classes)
            : covering.Select(name => AllClasses.FirstOrDefault(c => c.Name == name)).OfType<Type>();
        foreach (Type type in classes)
            if (await FindFailureAsync(mutated, await ListUsableAsync(type)) is { } failed)
                return failed;
        return await _runsAttacks.Value && await AttacksSucceedAsync(mutated) ? AttackCorpusName : null;
    }

    /// <summary>Runs the cases of a class on the original package. Returns those that fail.</summary>
    internal async Task<IReadOnlyList<string>> RunAsync(Type type)
    {
        IReadOnlyList<Case> usable = await ListUsableAsync(type);
        return [.. ListCases(type).Select(c => c.ToString()).Except(usable.Select(c => c.ToString()))];
    }

    /// <summary>
    /// Lists the cases of a class that pass on the original package when the class runs in this order.
    /// </summary>
    Task<IReadOnlyList<Case>> ListUsableAsync(Type type) =>
        _usable
            .GetOrAdd(type, t => new Lazy<Task<IReadOnlyList<Case>>>(async () =>
            {
                List<Case> cases = [.. ListCases(t)];
                while (cases.Count > 0 && await FindFailureAsync(original, cases) is { } failed)
                    if (cases.RemoveAll(c => c.ToString() == failed) == 0)
                        throw new InvalidOperationException($"The original package fails: {failed}.");
                return cases;
            }))
            .Value;

    Case? FindCase(string name) =>
        AllClasses
            .Where(c => name.StartsWith(c.Name + ".", StringComparison.Ordinal))
            .SelectMany(ListCases)
            .FirstOrDefault(c => c.ToString() == name);

    /// <summary>
    /// Returns whether a test case passes alone on the original database. Cases that depend on earlier ones do not.
    /// </summary>
    Task<bool> PassesAloneAsync(Case @case) =>
        _passesAlone
            .GetOrAdd(@case, c => new Lazy<Task<bool>>(async () => await FindFailureAsync(original, [c]) is null))
            .Value;

    /// <summary>
    /// Runs the attacks by the strongest and the weakest role, directly. The other roles, poolers and versions of the
    /// full sweep would find no other mutants.
    /// </summary>
    static async Task<bool> AttacksSucceedAsync(MigratedTemplate template)
    {
        try
        {
            await using AttackArena arena = await AttackArena.CreateAsync(template);
            AttackTally tally = await AttackSweep
                .RunAsync(
                    arena,
                    Corpus,
                    new Dictionary<string, string> { ["directly"] = arena.Database.AppConnectionString },
                    [OrgRole.Owner, OrgRole.Viewer],
                    CancellationToken.None
                )
                .WaitAsync(TestTimeout);
            return tally.Succeeded > 0 || tally.Failures.Count > 0;
        }
        catch (Exception)
        {
            return true; // the arena cannot be created if functions of the package fail
        }
    }

    /// <summary>
    /// Runs test cases of one class, in this order, in one database. Returns the first that fails, or null.
    /// </summary>
    async Task<string?> FindFailureAsync(MigratedTemplate template, IReadOnlyList<Case> cases)
    {
        ServerFixture shared = ServerFixture.Of(server, template);
        DatabaseFixture fixture = new(shared);
        try
        {
            await fixture.InitializeAsync().AsTask().WaitAsync(TestTimeout);
        }
        catch (Exception)
        {
            return "creating two orgs";
        }
        await using (fixture)
            foreach (Case @case in cases)
                if (!await PassesAsync(@case, shared, fixture))
                    return @case.ToString();
        return null;
    }

    static async Task<bool> PassesAsync(Case @case, ServerFixture server, DatabaseFixture fixture)
    {
        object?[] fixtures =
        [
            .. @case
                .Class.GetConstructors()[0]
                .GetParameters()
                .Select(p => p.ParameterType == typeof(ServerFixture) ? (object)server : fixture),
        ];
        try
        {
            object test = Activator.CreateInstance(@case.Class, fixtures)!;
            await using IAsyncLifetime? lifetime = test as IAsyncLifetime;
            if (lifetime is not null)
                await lifetime.InitializeAsync().AsTask().WaitAsync(TestTimeout);
            if (@case.Method.Invoke(test, @case.Arguments) is Task task)
                await task.WaitAsync(TestTimeout);
            return true;
        }
        catch (Exception)
        {
            return false; // any exception means that the test failed
        }
    }

    static IEnumerable<Case> ListCases(Type type)
    {
        foreach (
            MethodInfo method in type.GetMethods(
                    BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly
                )
                .Where(m => m.GetCustomAttribute<FactAttribute>() is not null)
        )
            if (method.GetCustomAttribute<TheoryAttribute>() is null)
                yield return new Case(type, method, []);
            else
                foreach (InlineDataAttribute data in method.GetCustomAttributes<InlineDataAttribute>())
                    yield return new Case(
                        type,
                        method,
                        [
                            .. method
                                .GetParameters()
                                .Zip(data.Data, (p, value) =>
                                    p.ParameterType.IsPrimitive
                                        ? Convert.ChangeType(value, p.ParameterType, CultureInfo.InvariantCulture)
                                        : value
                                ),
                        ]
                    );
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
