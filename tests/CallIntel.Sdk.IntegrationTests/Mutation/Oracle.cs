using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.IntegrationTests.Access;
using CallIntel.Sdk.IntegrationTests.Contacts;
using CallIntel.Sdk.IntegrationTests.Dashboards;
using CallIntel.Sdk.IntegrationTests.Encryption;
using CallIntel.Sdk.IntegrationTests.Events;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.IntegrationTests.SyncHealth;
using CallIntel.Sdk.IntegrationTests.Tenancy;
using CallIntel.Sdk.IntegrationTests.Privacy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Testing.Attacks;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>Says whether a database behaves, by the tests that everybody runs; the rules and snapshots of the catalogue are not among them.</summary>
/// <param name="server">Where the databases are.</param>
/// <param name="only">Classes to ask, and nothing else; null for all.</param>
sealed partial class Oracle(PostgresServer server, IReadOnlyList<string>? only = null)
{
    /// <summary>In the order in which they are tried: what tells much in little time first.</summary>
    static readonly Type[] Classes =
    [
        typeof(RowSecurityTests), typeof(GrantTests), typeof(BlindWriteTests), typeof(PermissionBitTests), typeof(PolicyLayerTests), typeof(FencedViewTests), typeof(MemberTests), typeof(OwnerPolicyTests), typeof(KeptRowTests), typeof(SessionContextTests), typeof(ConnectionResetTests),
        typeof(TwinOrgTests), typeof(KeyPermissionTests), typeof(ColleagueEventTests), typeof(InvitationTests), typeof(PrivacyRuleTests),
        typeof(ContactNameTests), typeof(OrgKeyStoreTests), typeof(AccessMatrixTests), typeof(ChangedRecordTests), typeof(IngestTests), typeof(DashboardVisibilityTests),
        typeof(ContactDirectoryTests), typeof(DataKeyStoreTests), typeof(BlindIndexRotationTests), typeof(EventReadTests),
        typeof(SyncHealthStateTests), typeof(LearnedExpectationTests), typeof(SyncHealthReaderTests), typeof(WriteTests), typeof(DuplicateFilterTests), typeof(RoleRaceTests), typeof(GuardedRecordTests), typeof(IngesterTests), typeof(RuleRaceTests), typeof(MisplacedEventTests), typeof(SourceNameTests),
    ];

    /// <summary>As CI runs it: the whole corpus takes minutes for each mutant that no other test kills.</summary>
    static readonly IReadOnlyList<Attack> Corpus =
        AttackCorpus.FirstVariants(AttackCorpus.Load(Path.Combine(Repository.Root, "tests/CallIntel.Sdk.IntegrationTests/Attacks")), 2);

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    internal sealed record Case(Type Class, MethodInfo Method, object?[] Arguments)
    {
        public override string ToString() => Spaces().Replace($"{Class.Name}.{Method.Name}({string.Join(", ", Arguments)})", " ");
    }

    const string AttackCorpusName = "the corpus of attacks";

    readonly ConcurrentDictionary<Case, Lazy<Task<bool>>> _holdsAlone = [];

    bool _asksAttacks = only is null;

    readonly List<Case> _standing = [.. Classes.Where(c => only is null || only.Contains(c.Name)).SelectMany(CasesOf)];

    internal int Cases => _standing.Count;

    /// <summary>Leaves out what does not hold on the undamaged package when its class is run in this order, and says what that is.</summary>
    internal async Task<IReadOnlyList<string>> CalibrateAsync(MigratedTemplate template)
    {
        List<string> fallen = [];
        while (await FindFailureAsync(template) is { } failed)
        {
            fallen.Add(failed);
            if (failed == AttackCorpusName)
                _asksAttacks = false;
            else if (_standing.RemoveAll(c => c.ToString() == failed) == 0)
                throw new InvalidOperationException($"The undamaged package fails: {failed}.");
        }
        return fallen;
    }

    /// <param name="template">The database in question.</param>
    /// <param name="undamaged">The database without the damage.</param>
    /// <param name="first">Names of cases to ask before all others, each by itself; those that are not known, or do not hold by themselves, are passed over.</param>
    /// <returns>The first case that fails; null if the database behaves.</returns>
    internal async Task<string?> FindFailureAsync(MigratedTemplate template, MigratedTemplate undamaged, IReadOnlyList<string> first)
    {
        foreach (string name in first)
            if (name == AttackCorpusName ? _asksAttacks && await AttacksCrossAsync(template)
                : _standing.Find(c => c.ToString() == name) is { } hint && await HoldsAloneAsync(hint, undamaged) && await FailsAsync(template, [hint]) is not null)
                return name;
        return await FindFailureAsync(template);
    }

    async Task<string?> FindFailureAsync(MigratedTemplate template)
    {
        foreach (IGrouping<Type, Case> group in _standing.GroupBy(c => c.Class))
            if (await FailsAsync(template, [.. group]) is { } failed)
                return failed;
        return _asksAttacks && await AttacksCrossAsync(template) ? AttackCorpusName : null;
    }

    /// <summary>What needs the cases before it says nothing by itself.</summary>
    Task<bool> HoldsAloneAsync(Case @case, MigratedTemplate undamaged) =>
        _holdsAlone.GetOrAdd(@case, c => new Lazy<Task<bool>>(async () => await FailsAsync(undamaged, [c]) is null)).Value;

    /// <summary>The strongest role and the weakest, directly: what the whole sweep does beyond that is about poolers and versions.</summary>
    static async Task<bool> AttacksCrossAsync(MigratedTemplate template)
    {
        try
        {
            await using AttackArena arena = await AttackArena.CreateAsync(template);
            AttackTally tally = await AttackSweep.RunAsync(
                arena, Corpus, new Dictionary<string, string> { ["directly"] = arena.Database.AppConnectionString }, [OrgRole.Owner, OrgRole.Viewer], CancellationToken.None).WaitAsync(Patience);
            return tally.Succeeded > 0 || tally.Failures.Count > 0;
        }
        catch (Exception)
        {
            return true;  // there is no arena without functions that work
        }
    }

    /// <param name="template">The database in question.</param>
    /// <param name="cases">Cases of one class, asked in this order on one database.</param>
    async Task<string?> FailsAsync(MigratedTemplate template, IReadOnlyList<Case> cases)
    {
        ServerFixture shared = ServerFixture.Of(server, template);
        DatabaseFixture fixture = new(shared);
        try
        {
            await fixture.InitializeAsync().AsTask().WaitAsync(Patience);
        }
        catch (Exception)
        {
            return "making two orgs";
        }
        await using (fixture)
            foreach (Case @case in cases)
                if (!await HoldsAsync(@case, shared, fixture))
                    return @case.ToString();
        return null;
    }

    static async Task<bool> HoldsAsync(Case @case, ServerFixture server, DatabaseFixture fixture)
    {
        object?[] needs = [.. @case.Class.GetConstructors()[0].GetParameters().Select(p => p.ParameterType == typeof(ServerFixture) ? (object)server : fixture)];
        try
        {
            object test = Activator.CreateInstance(@case.Class, needs)!;
            if (@case.Method.Invoke(test, @case.Arguments) is Task task)
                await task.WaitAsync(Patience);
            return true;
        }
        catch (Exception)
        {
            return false;  // whatever a test throws is how it fails
        }
    }

    static IEnumerable<Case> CasesOf(Type type)
    {
        foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(m => m.GetCustomAttribute<FactAttribute>() is not null))
            if (method.GetCustomAttribute<TheoryAttribute>() is null)
                yield return new Case(type, method, []);
            else
                foreach (InlineDataAttribute data in method.GetCustomAttributes<InlineDataAttribute>())
                    yield return new Case(type, method, [.. method.GetParameters().Zip(data.Data, (p, value) => p.ParameterType.IsPrimitive
                        ? Convert.ChangeType(value, p.ParameterType, CultureInfo.InvariantCulture) : value)]);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
