using System.Text.RegularExpressions;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Twilio;

/// <summary>The direction of a call or message from the org's point of view, and its two sides.</summary>
/// <remarks>
/// Twilio states the direction from its own point of view: a call that a browser of the org makes comes in at Twilio,
/// and the call with which Twilio rings this browser goes out.
/// </remarks>
readonly partial record struct TwilioSides(EventDirection Direction, DirectionBasis Basis, string? Own, string? Other)
{
    const int ShortestNumber = 7;

    internal static TwilioSides ForMessage(EventDirection stated, string? from, string? to) =>
        stated is EventDirection.Inbound
            ? new(stated, DirectionBasis.Stated, to, from)
            : new(stated, DirectionBasis.Stated, from, to);

    /// <param name="stated">The direction that Twilio states.</param>
    /// <param name="isDialed">Whether another call dialed this one: its caller is the caller of that call.</param>
    /// <param name="from">The address of the caller.</param>
    /// <param name="to">The address of the called party.</param>
    /// <param name="ownLines">Matches the org's own lines; null if they are not known.</param>
    internal static TwilioSides ForCall(EventDirection stated, bool isDialed, string? from, string? to, Regex? ownLines)
    {
        bool IsLine(string? address) => address is not null && ownLines is not null && ownLines.IsMatch(address);
        bool isFromDevice = IsDevice(from);
        if (stated is EventDirection.Inbound && (IsLine(from) || isFromDevice))
            return new(
                EventDirection.Outbound,
                IsLine(from) ? DirectionBasis.OwnLine : DirectionBasis.Endpoint,
                from,
                to
            );
        // the leg of a call from outside that rings a telephone of the org
        if (
            stated is EventDirection.Outbound
            && isDialed
            && !isFromDevice
            && !IsLine(from)
            && (IsDevice(to) || IsLine(to))
        )
            return new(EventDirection.Inbound, IsLine(to) ? DirectionBasis.OwnLine : DirectionBasis.Endpoint, to, from);
        return ForMessage(stated, from, to);
    }

    /// <summary>
    /// Whether an address is a telephone or client of the org: a Twilio client, or a SIP address whose user is not a
    /// phone number. Carriers write the number of the caller as the user.
    /// </summary>
    static bool IsDevice(string? address)
    {
        if (address is null)
            return false;
        if (address.StartsWith("client:", StringComparison.OrdinalIgnoreCase))
            return true;
        int scheme =
            address.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) ? 4
            : address.StartsWith("sips:", StringComparison.OrdinalIgnoreCase) ? 5
            : 0;
        if (scheme == 0)
            return false;
        string[] parts = address[scheme..].Split(';', '?')[0].Split('@', 2);
        string user = parts[0].Split(':')[0],
            host = parts.Length > 1 ? parts[1].Split(':')[0] : "";
        if (user.Length == 0 || WithheldNumbers.Contains(user))
            return false;
        bool isNumber =
            user.StartsWith('+') || (user.Length >= ShortestNumber && user.All(c => char.IsAsciiDigit(c) || c == '-'));
        return !isNumber || OwnDomain().IsMatch(host);
    }

    /// <summary>SIP domains at Twilio, in which only telephones of the account register.</summary>
    [GeneratedRegex(
        "[.]sip([.][a-z0-9-]+)?[.]twilio[.]com$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture
    )]
    private static partial Regex OwnDomain();
}
