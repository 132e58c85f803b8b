using System.Text.Json;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.VCon;

/// <summary>
/// Which parties of a vCon belong to the org. It is decided once for the whole vCon, so that a party is not the org's
/// own in one dialog and a contact in the next.
/// </summary>
/// <param name="Own">The indexes of the org's own parties. Empty if they are not known.</param>
/// <param name="Basis">How the parties were determined.</param>
sealed record VConOwnSide(IReadOnlySet<int> Own, DirectionBasis Basis)
{
    static readonly HashSet<string> OwnRoles = new(StringComparer.OrdinalIgnoreCase)
    {
        "agent",
        "employee",
        "operator",
        "representative",
        "supervisor",
        "host",
        "bot",
        "staff",
        "internal",
        "assistant",
        "advisor",
        "manager",
    };

    static readonly HashSet<string> OtherRoles = new(StringComparer.OrdinalIgnoreCase)
    {
        "customer",
        "client",
        "caller",
        "contact",
        "consumer",
        "lead",
        "prospect",
        "patient",
        "guest",
        "visitor",
        "external",
        "user",
    };

    /// <summary>Determines the own parties from own lines, roles, stated directions, or the first dialog.</summary>
    /// <param name="parties">The parties.</param>
    /// <param name="isOwnLine">Whether a party has one of the configured own lines; null without own lines.</param>
    /// <param name="dialogs">The dialogs that are events, with the indexes of their parties.</param>
    internal static VConOwnSide Find(
        JsonElement[] parties,
        Func<int, bool>? isOwnLine,
        IReadOnlyList<(JsonElement Dialog, int[] Sides, int Originator)> dialogs
    )
    {
        int[] all = [.. Enumerable.Range(0, parties.Length)];
        if (isOwnLine is not null && all.Where(isOwnLine).ToHashSet() is { Count: > 0 } lines)
            return new VConOwnSide(lines, DirectionBasis.OwnLine);
        string?[] roles = [.. parties.Select(RoleOf)];
        HashSet<int> own = [.. all.Where(i => OwnRoles.Contains(roles[i] ?? ""))];
        if (own.Count == 0 && all.Where(i => OtherRoles.Contains(roles[i] ?? "")).ToHashSet() is { Count: > 0 } others)
            // everyone else in a vCon that marks the customers
            own = [.. all.Where(i => !others.Contains(i) && roles[i] is null)];
        if (own.Count > 0)
            return new VConOwnSide(own, DirectionBasis.Role);
        foreach ((JsonElement dialog, int[] sides, int originator) in dialogs)
            if (
                DirectionOf(dialog) is { } direction
                && sides.FirstOrDefault(side => side == originator == (direction is EventDirection.Outbound), -1)
                    is >= 0
                        and int stated
            )
                return new VConOwnSide(new HashSet<int> { stated }, DirectionBasis.Stated);
        if (isOwnLine is not null || roles.Any(role => role is not null) || dialogs.Count == 0)
            return new VConOwnSide(new HashSet<int>(), DirectionBasis.Assumed);
        // nothing shows it: the party that takes part most often and did not start the first dialog
        int[] called = [.. dialogs[0].Sides.Where(side => side != dialogs[0].Originator)];
        return called.Length == 0
            ? new VConOwnSide(new HashSet<int>(), DirectionBasis.Assumed)
            : new VConOwnSide(
                new HashSet<int> { called.MaxBy(side => dialogs.Count(dialog => dialog.Sides.Contains(side))) },
                DirectionBasis.Assumed
            );
    }

    /// <summary>
    /// The own side of a dialog: the originator if it is an own party, so that internal calls are outbound. -1 if none
    /// of the sides is known to be an own party.
    /// </summary>
    internal int In(int[] sides, int originator) =>
        Own.Contains(originator) ? originator : sides.FirstOrDefault(Own.Contains, -1);

    /// <summary>
    /// The text of a property. Null if it contains half of a surrogate pair: only the dialogs that use it are rejected,
    /// and not the whole vCon.
    /// </summary>
    internal static string? TextOf(JsonElement element, string name)
    {
        try
        {
            return element.Text(name);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    static string? RoleOf(JsonElement party) =>
        Known(TextOf(party, "role"))
        ?? Known(TextOf(party.Find("meta"), "role"))
        ?? Known(TextOf(party.Find("metadata"), "role"));

    /// <summary>The direction that the metadata of a dialog states; the draft does not define one.</summary>
    static EventDirection? DirectionOf(JsonElement dialog) =>
        (
            TextOf(dialog, "direction")
            ?? TextOf(dialog.Find("meta"), "direction")
            ?? TextOf(dialog.Find("metadata"), "direction")
        )?.ToLowerInvariant() switch
        {
            "in" or "inbound" or "incoming" => EventDirection.Inbound,
            "out" or "outbound" or "outgoing" => EventDirection.Outbound,
            _ => null,
        };

    static string? Known(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
