using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>Who attacks, over which connections, and what they fill placeholders with.</summary>
/// <param name="arena">Where.</param>
/// <param name="org">The attacker's own org.</param>
/// <param name="ids">Ids of the own org, by placeholder.</param>
/// <param name="role">The attacker's role in it.</param>
/// <param name="way">How the connections reach the server, in words.</param>
/// <param name="connections">The connections.</param>
/// <param name="hasContext">False for somebody who has the application's password and no token: no transaction begins with one.</param>
internal sealed class Attacker(
    AttackArena arena,
    TestOrg org,
    IReadOnlyDictionary<string, string> ids,
    OrgRole role,
    string way,
    NpgsqlDataSource connections,
    bool hasContext = true
)
{
    /// <summary>Where the claims of a token begin, after key id and signature, and in them the org.</summary>
    const int ClaimsStart = 33,
        OrgStart = ClaimsStart + 1;

    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    internal OrgRole Role => role;

    internal string Way => way;

    internal bool HasContext => hasContext;

    /// <summary>The role, or that there is none.</summary>
    internal string Who => hasContext ? role.ToString() : "somebody without a context";

    internal NpgsqlDataSource Connections => connections;

    internal AttackArena Arena => arena;

    /// <summary>The same attacker without a token.</summary>
    internal Attacker WithoutContext() => new(arena, org, ids, role, way, connections, hasContext: false);

    /// <summary>Opens a transaction as the attacker or as the owner of the victim.</summary>
    internal NpgsqlBatchCommand Begin(bool victim)
    {
        OrgIdentity identity = victim ? arena.Victim.As(OrgRole.Owner) : org.As(role);
        if (arena.IsNaive)
            return new NpgsqlBatchCommand(
                $"select set_config('app.org', '{identity.Org}', false), set_config('app.member', '{identity.Member}', false)"
            );
        NpgsqlBatchCommand begin = new("select callintel.begin_session($1)");
        begin.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Mint(identity) });
        return begin;
    }

    /// <summary>Values of all placeholders but those that earlier steps kept.</summary>
    /// <param name="ghost">Instead of ids of the victim, and of contacts that the own org keeps from members, ids of nothing that exists.</param>
    internal Dictionary<string, string> Placeholders(bool ghost)
    {
        Dictionary<string, string> values = new(ids, StringComparer.Ordinal);
        foreach ((string name, string value) in arena.Known.Concat(ids.Where(id => AttackArena.IsKept(id.Key))))
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

    /// <summary>The like of a value that stands for nothing: an id of the same moment, so that it belongs to the same month.</summary>
    static string Ghost(string value) =>
        value.StartsWith(@"\x", StringComparison.Ordinal)
            ? @"\x" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))
        : Guid.TryParse(value, out _) ? value[..^12] + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))
        : RandomId().ToString();

    static Guid RandomId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
