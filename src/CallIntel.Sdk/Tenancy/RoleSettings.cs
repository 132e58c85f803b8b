namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// The settings that the SDK fixes for each of its connections, because a role may change its own defaults (<c>alter
/// role ... set</c>).
/// </summary>
/// <remarks>
/// <c>synchronous_commit = off</c> loses in a crash what was reported as stored, <c>row_security = off</c> makes every
/// statement fail, and a time zone or <c>transform_null_equals</c> changes results. Direct connections send them when
/// they connect, which overrides the defaults of role and database and is what RESET returns to. A pooler in
/// transaction mode may refuse startup options, and its server connections are shared, so they are set for each
/// transaction there.
/// </remarks>
static class RoleSettings
{
    static readonly (string Name, string Value)[] Pinned =
    [
        ("synchronous_commit", "on"),
        ("row_security", "on"),
        ("TimeZone", "UTC"),
        ("transform_null_equals", "off"),
        ("plan_cache_mode", "force_generic_plan"),
    ];

    const string BeginDirect = "select callintel.begin_session($1)";
    const string CustomPlan = ", pg_catalog.set_config('plan_cache_mode', 'force_custom_plan', true)";

    static readonly string PinEach = string.Join(
        ", ",
        Pinned.Select(s => $"pg_catalog.set_config('{s.Name}', '{s.Value}', true)")
    );
    static readonly string PinAlone = "select " + PinEach;

    // first, as the function reads tables under row-level security
    static readonly string BeginPooled = $"select {PinEach}, callintel.begin_session($1)";

    /// <summary>Those of the host come last, so that it can choose another value.</summary>
    internal static string StartupOptions(string? ofHost) =>
        string.Join(' ', [.. Pinned.Select(s => $"-c {s.Name}={s.Value}"), .. ofHost is null ? [] : new[] { ofHost }]);

    /// <summary>The statement that opens the context.</summary>
    internal static string Begin(ConnectionMode mode, QueryPlan plan) =>
        (mode is ConnectionMode.Direct ? BeginDirect : BeginPooled) + (plan is QueryPlan.Custom ? CustomPlan : "");

    /// <summary>
    /// The statement that stands before a function that opens the context itself. Null where the connection has the
    /// settings already.
    /// </summary>
    internal static string? Pin(ConnectionMode mode) => mode is ConnectionMode.Direct ? null : PinAlone;
}
