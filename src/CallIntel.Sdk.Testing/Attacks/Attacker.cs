using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>An attacker: a member of an org, with connections to the database and values for placeholders.</summary>
/// <param name="arena">The database and its victim.</param>
/// <param name="org">The org of the attacker.</param>
/// <param name="ids">The ids of that org, by placeholder.</param>
/// <param name="role">The role of the attacker in that org.</param>
/// <param name="route">A description of the route to the server, for example <c>through a pooler</c>.</param>
/// <param name="connections">The connections.</param>
/// <param name="hasContext">
/// Whether transactions open a context. False for an attacker who has the password of the application but no token.
/// </param>
sealed class Attacker(
    AttackArena arena,
    TestOrg org,
    IReadOnlyDictionary<string, string> ids,
    OrgRole role,
    string route,
    NpgsqlDataSource connections,
    bool hasContext = true
)
{
    /// <summary>
    /// The offsets, in bytes, of the claims and of the org in a token. The key id and the signature come first.
    /// </summary>
    const int ClaimsStart = 33,
        OrgStart = ClaimsStart + 1;

    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    internal OrgRole Role => role;

    internal string Route => route;

    internal bool HasContext => hasContext;

    /// <summary>Gets the role, or that the attacker has no context.</summary>
    internal string Name => hasContext ? role.ToString() : "an attacker without a context";

    internal NpgsqlDataSource Connections => connections;

    internal AttackArena Arena => arena;

    /// <summary>Returns the same attacker without a context.</summary>
    internal Attacker WithoutContext() => new(arena, org, ids, role, route, connections, hasContext: false);

    /// <summary>Creates the command that opens a context, for the attacker or for the owner of the victim.</summary>
    internal NpgsqlBatchCommand Begin(bool victim)
    {
        OrgIdentity identity = victim ? arena.Victim.As(OrgRole.Owner) : org.As(role);
        if (arena.IsNaive)
            return new NpgsqlBatchCommand(
                $"select set_config('app.org', '{identity.Org}', false), "
                    + $"set_config('app.member', '{identity.Member}', false)"
            );
        NpgsqlBatchCommand begin = new("select callintel.begin_session($1)");
        begin.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Mint(identity) });
        return begin;
    }

    /// <summary>Creates the values of all placeholders, except those that earlier steps keep.</summary>
    /// <param name="ghost">
    /// Whether to use ids that do not exist instead of ids of the victim and of restricted contacts of the own org.
    /// </param>
    internal Dictionary<string, string> Placeholders(bool ghost)
    {
        Dictionary<string, string> values = new(ids, StringComparer.Ordinal);
        foreach ((string name, string value) in arena.Known.Concat(ids.Where(id => AttackArena.IsRestricted(id.Key))))
            values[name] = ghost ? Ghost(value) : value;
        OrgId foreign = new(Guid.Parse(values["foreign"]));
        MemberId foreignOwner = new(Guid.Parse(values["foreign_owner"]));
        values["me"] = org.Members[role].ToString();
        values["random"] = RandomId().ToString();
        values["setting"] = arena.Setting;
        values["database"] = arena.Database.DatabaseName;
        values["forged"] = arena.IsNaive ? foreign.ToString() : $"{foreign},{foreignOwner},00000,100000000,131071";
        values["forged_seal"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

        byte[] own = Mint(org.As(role)),
            owner = Mint(
                new OrgIdentity(foreign, foreignOwner),
                SigningKey.Create(arena.Database.SigningKeys.Current.Id)
            );
        values["token"] = Hex(own);
        values["token:unsigned"] = Hex(owner);
        values["token:moved"] = Hex([
            .. own[..OrgStart],
            .. Encoding.ASCII.GetBytes(foreign.ToString()),
            .. own[(OrgStart + 36)..],
        ]);
        values["token:spliced"] = Hex([.. own[..ClaimsStart], .. owner[ClaimsStart..]]);
        values["token:expired"] = Hex(Mint(org.As(role), expiry: -TimeSpan.FromSeconds(1)));
        values["token:eternal"] = Hex(Mint(org.As(role), expiry: TimeSpan.FromDays(365)));
        values["token:elsewhere"] = Hex(Mint(org.As(role), database: "postgres"));
        values["token:stranger"] = Hex(Mint(new OrgIdentity(foreign, org.Members[role])));
        values["token:short"] = Hex(own[..^1]);
        values["token:long"] = Hex([.. own, 0]);
        return values;
    }

    byte[] Mint(OrgIdentity identity, SigningKey? key = null, TimeSpan? expiry = null, string? database = null) =>
        SessionToken.Mint(
            key ?? arena.Database.SigningKeys.Current,
            database ?? arena.Database.DatabaseName,
            identity,
            (long)Permission.All,
            TimeProvider.System.GetUtcNow() + (expiry ?? Lifetime)
        );

    static string Hex(byte[] bytes) => @"\x" + Convert.ToHexStringLower(bytes);

    /// <summary>
    /// Returns a value of the same form that does not exist. For an id it has the same time, so that it belongs to the
    /// same partition.
    /// </summary>
    static string Ghost(string value) =>
        value.StartsWith(@"\x", StringComparison.Ordinal)
            ? @"\x" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))
        : Guid.TryParse(value, out _) ? value[..^12] + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))
        : RandomId().ToString();

    static Guid RandomId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
