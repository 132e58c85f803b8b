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
/// <param name="only">The names of the test classes to run, without the attack corpus. Null for all.</param>
sealed partial class Oracle(PostgresServer server, IReadOnlyList<string>? only = null)
{
    /// <summary>The test classes in the order of trials. Fast classes that kill many mutants come first.</summary>
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

    readonly ConcurrentDictionary<Case, Lazy<Task<bool>>> _passesAlone = [];

    bool _runsAttacks = only is null;

    readonly List<Case> _cases = [.. Classes.Where(c => only is null || only.Contains(c.Name)).SelectMany(ListCases)];

    /// <summary>Gets the number of test cases.</summary>
    internal int CaseCount => _cases.Count;

    /// <summary>
    /// Excludes test cases that fail on the original package when their class runs in this order. Returns their names.
    /// </summary>
    internal async Task<IReadOnlyList<string>> CalibrateAsync(MigratedTemplate template)
    {
        List<string> failing = [];
        while (await FindFailureAsync(template) is { } failed)
        {
            failing.Add(failed);
            if (failed == AttackCorpusName)
                _runsAttacks = false;
            else if (_cases.RemoveAll(c => c.ToString() == failed) == 0)
                throw new InvalidOperationException($"The original package fails: {failed}.");
        }
        return failing;
    }

    /// <summary>Runs the test cases until one fails.</summary>
    /// <param name="template">The database with the mutant.</param>
    /// <param name="original">The database without the mutant.</param>
    /// <param name="first">
    /// The names of test cases to run first, each in a new database. Unknown names are ignored, and so are cases that
    /// fail on the original database when they run alone.
    /// </param>
    /// <returns>The name of the first case that fails. Null if all pass.</returns>
    internal async Task<string?> FindFailureAsync(
        MigratedTemplate template,
        MigratedTemplate original,
        IReadOnlyList<string> first
    )
    {
        foreach (string name in first)
            if (
                name == AttackCorpusName
                    ? _runsAttacks && await AttacksSucceedAsync(template)
                    : _cases.Find(c => c.ToString() == name) is { } hint
                        && await PassesAloneAsync(hint, original)
                        && await FindFailureAsync(template, [hint]) is not null
            )
                return name;
        return await FindFailureAsync(template);
    }

    async Task<string?> FindFailureAsync(MigratedTemplate template)
    {
        foreach (IGrouping<Type, Case> group in _cases.GroupBy(c => c.Class))
            if (await FindFailureAsync(template, [.. group]) is { } failed)
                return failed;
        return _runsAttacks && await AttacksSucceedAsync(template) ? AttackCorpusName : null;
    }

    /// <summary>
    /// Returns whether a test case passes alone on the original database. Cases that depend on earlier ones do not.
    /// </summary>
    Task<bool> PassesAloneAsync(Case @case, MigratedTemplate original) =>
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
