using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Asterisk;

/// <summary>The direction of a call, and the own side of it: an extension if the record names one.</summary>
readonly record struct CdrSides(EventDirection Direction, DirectionBasis Basis, string Own, string Other);

/// <summary>Determines the direction of calls from own lines, channels and contexts.</summary>
/// <remarks>
/// The source alone does not show the direction: FreePBX replaces the extension that calls by the number that the
/// called party sees.
/// </remarks>
sealed partial class CdrDirection
{
    readonly Regex _own;
    readonly bool _isConfigured;

    internal CdrDirection(string ownLines)
    {
        _own = MappingFile.Rule("OwnLines", ownLines);
        _isConfigured = ownLines != AsteriskImportOptions.UsualOwnLines;
    }

    internal CdrSides Decide(in CdrColumns cdr)
    {
        Device caller = DeviceOf(cdr.Channel),
            called = DeviceOf(cdr.DestinationChannel);
        string? calling = caller.IsLocal
            ? null
            : caller.Extension ?? (IsExtension(cdr.CallerNumber) ? cdr.CallerNumber : null);
        (EventDirection direction, DirectionBasis basis) = Decide(in cdr, caller, called, calling);
        return direction is EventDirection.Outbound
            ? new CdrSides(direction, basis, calling ?? cdr.Source, cdr.Destination)
            : new CdrSides(direction, basis, called.Extension ?? CalledOf(in cdr), cdr.Source);
    }

    (EventDirection, DirectionBasis) Decide(in CdrColumns cdr, Device caller, Device called, string? calling)
    {
        if (_isConfigured && _own.IsMatch(cdr.Source))
            return (EventDirection.Outbound, DirectionBasis.OwnLine);
        if (_isConfigured && (_own.IsMatch(cdr.Destination) || (cdr.Did.Length > 0 && _own.IsMatch(cdr.Did))))
            return (EventDirection.Inbound, DirectionBasis.OwnLine);
        bool outward = OutwardContext().IsMatch(cdr.Context);
        if (!outward && InwardContext().IsMatch(cdr.Context))
            return (EventDirection.Inbound, DirectionBasis.Context);
        if (calling is not null)
            return (EventDirection.Outbound, DirectionBasis.Endpoint);
        if (called.Extension is not null)
            // a call between two extensions counts as outbound
            return (
                IsExtension(cdr.Source) ? EventDirection.Outbound : EventDirection.Inbound,
                DirectionBasis.Endpoint
            );
        if (cdr.OutboundNumber.Length > 0)
            return (EventDirection.Outbound, DirectionBasis.Endpoint);
        if (cdr.Did.Length > 0)
            return (EventDirection.Inbound, DirectionBasis.Context);
        if (caller.Name is not null && caller == called)
            return (EventDirection.Inbound, DirectionBasis.Endpoint); // forwarded to the trunk that it came from
        if (outward)
            return (EventDirection.Outbound, DirectionBasis.Context);
        return _own.IsMatch(cdr.Source) ? (EventDirection.Outbound, DirectionBasis.OwnLine)
            : _own.IsMatch(cdr.Destination) ? (EventDirection.Inbound, DirectionBasis.OwnLine)
            : (EventDirection.Inbound, DirectionBasis.Assumed);
    }

    /// <summary>The telephone or trunk of a channel such as <c>PJSIP/101-00000003</c>.</summary>
    Device DeviceOf(string channel)
    {
        Match match = ChannelName().Match(channel);
        if (!match.Success)
            return default;
        string technology = match.Groups["technology"].Value,
            name = match.Groups["name"].Value;
        if (technology == "Local")
            name = name.Split('@')[0];
        bool isOwn =
            (technology is not "DAHDI" && IsExtension(name))
            || (_isConfigured && (_own.IsMatch(name) || _own.IsMatch($"{technology}/{name}")));
        return new Device($"{technology}/{name}", isOwn ? name : null);
    }

    /// <summary>
    /// The number that was called. A call that stayed in a menu ends at a special extension such as <c>s</c> or
    /// <c>h</c>, which is a step of the dial plan and not a line; a voice mailbox such as <c>vmu101</c> is one of 101.
    /// </summary>
    static string CalledOf(in CdrColumns cdr) =>
        cdr.Destination is [>= 'a' and <= 'z'] ? cdr.Did
        : cdr.Destination is ['v', 'm', 'b' or 'i' or 's' or 'u', .. var box] && IsExtension(box) ? box
        : cdr.Destination;

    static bool IsExtension(string text) => text.Length is > 0 and <= 6 && text.All(char.IsAsciiDigit);

    /// <summary>A channel without its number. <c>Local</c> is not a telephone: it connects parts of one call.</summary>
    readonly record struct Device(string? Name, string? Extension)
    {
        internal bool IsLocal => Name?.StartsWith("Local/", StringComparison.Ordinal) ?? false;
    }

    [GeneratedRegex(
        "^(?<technology>[A-Za-z0-9]+)/(?<name>.+?)(-[0-9a-fA-F]+)?(;[12])?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex ChannelName();

    [GeneratedRegex(
        "(^|[-_])(trunk|pstn|did|incoming|inbound|outside|external|dahdi|zaptel|analog)([-_]|$)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture
    )]
    private static partial Regex InwardContext();

    [GeneratedRegex(
        "from-internal|from-inside|outbound|outgoing|dialout|outrt",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex OutwardContext();
}
