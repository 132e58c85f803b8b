namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// The settings that the SDK fixes on each of its connections, because a role may change its own defaults (<c>alter
/// role ... set</c>).
/// </summary>
/// <remarks>
/// <c>synchronous_commit = off</c> can lose records in a crash after they were reported as stored, <c>row_security =
/// off</c> makes every statement fail, and the time zone and <c>transform_null_equals</c> change results. Direct
/// connections send the settings when they connect. This overrides the defaults of the role and the database, and RESET
/// returns to these values. Poolers in transaction mode may refuse startup options and share their server connections,
/// so the settings are applied in each transaction there.
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

    // The settings come first, because the function reads tables under row-level security.
    static readonly string BeginPooled = $"select {PinEach}, callintel.begin_session($1)";

    /// <summary>
    /// Returns the startup options. The application's own options come last, so they can override the settings.
    /// </summary>
    internal static string StartupOptions(string? ofHost) =>
        string.Join(' ', [.. Pinned.Select(s => $"-c {s.Name}={s.Value}"), .. ofHost is null ? [] : new[] { ofHost }]);

    /// <summary>Returns the statement that opens the session context.</summary>
    internal static string Begin(ConnectionMode mode, QueryPlan plan) =>
        (mode is ConnectionMode.Direct ? BeginDirect : BeginPooled) + (plan is QueryPlan.Custom ? CustomPlan : "");

    /// <summary>
    /// Returns the statement that applies the settings before a function that opens the context itself, or null if the
    /// connection already has the settings.
    /// </summary>
    internal static string? Pin(ConnectionMode mode) => mode is ConnectionMode.Direct ? null : PinAlone;
}
