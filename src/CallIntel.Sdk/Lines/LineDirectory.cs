using System.Security.Cryptography;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Lines;

/// <summary>
/// Manages the telephone lines of the session's org. Numbers and labels are stored encrypted. The audit log records who
/// changed which line.
/// </summary>
/// <remarks>
/// Thread-safe. Changes require <see cref="Permission.ManageMembers"/>. Every role that reads events can list lines;
/// numbers and labels require <see cref="Permission.ReadContent"/>.
/// </remarks>
public sealed class LineDirectory
{
    const string AddSql = "select callintel.add_line($1, $2, $3, $4)";
    const string ListSql =
        "select line_id, member_id, created_at, retired_at, number, label from callintel.read_lines()";

    static readonly ProtectedRead ListRead = new(
        ListSql,
        0,
        [new("number", ProtectedFields.LineNumber), new("label", ProtectedFields.LineLabel)],
        others: "line_id"
    );

    readonly SessionTransport _session;
    readonly OrgEncryption _encryption;

    internal LineDirectory(SessionTransport session, OrgEncryption encryption) =>
        (_session, _encryption) = (session, encryption);

    /// <summary>
    /// Adds a line. The id follows from the number, so adding a line again changes nothing, except that it replaces the
    /// member and the label if they are given, and that a retired line is in use again.
    /// </summary>
    /// <param name="number">
    /// The number in any common notation. Any other text, such as an extension or a SIP address, must be written
    /// exactly as the sources write it.
    /// </param>
    /// <param name="member">
    /// The member whose line it is. Several lines can belong to one member. Default: a shared line.
    /// </param>
    /// <param name="label">What people call the line, for example <c>Support</c>. Default: no label.</param>
    /// <param name="region">
    /// The ISO 3166 code of the country whose national format the number may have, for example <c>DK</c>. Use the same
    /// region as for imports. Default: a number that is not in international format identifies the line as it is
    /// written.
    /// </param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>The id of the line.</returns>
    /// <exception cref="CallIntelException">
    /// <c>CI0264</c> the number is blank, longer than <see cref="Line.MaxNumberLength"/>, or contains control
    /// characters or unpaired surrogates; <c>CI0151</c> the same is true of the label, which can have
    /// <see cref="Line.MaxLabelLength"/> characters; <c>CI0005</c> the role does not include the permission;
    /// <c>CI0261</c> the member has no role in the org.
    /// </exception>
    public async Task<LineId> AddAsync(
        string number,
        MemberId? member = null,
        string? label = null,
        string? region = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(number);
        if (!NameText.IsValid(number, Line.MaxNumberLength))
            throw new CallIntelException(
                ErrorCodes.InvalidLineNumber,
                "The number of the line is blank, too long, or contains characters that are not allowed.",
                $"Use 1 to {Line.MaxNumberLength} characters without control characters or line breaks."
            );
        if (label is not null)
            NameText.ThrowIfInvalid(label);
        await _session.RequireAsync(Permission.ManageMembers, cancellationToken).ConfigureAwait(false);
        PartyNormalizer normalizer = new(region);
        LineId line;
        using (IncrementalHash hash = await _encryption.EventIdHashAsync(cancellationToken).ConfigureAwait(false))
            line = new LineIds(hash, normalizer).Find(number)!.Value;
        byte[] stored = await _encryption
            .EncryptForDirectoryAsync(
                _encryption.Fields.LineNumber,
                line.Value,
                LineIds.Display(normalizer, number),
                cancellationToken
            )
            .ConfigureAwait(false);
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(AddSql).With(
            line.Value,
            stored,
            member?.Value,
            await EncryptLabelAsync(line, label, cancellationToken).ConfigureAwait(false)
        );
        await _session.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
        return line;
    }

    /// <summary>Makes a line the line of a member, or a shared line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="member">The member; null for a shared line.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <remarks>The members of events that are stored already do not change.</remarks>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include the permission; <c>CI0260</c> the org has no such line; <c>CI0261</c>
    /// the member has no role in the org.
    /// </exception>
    public Task AssignAsync(LineId line, MemberId? member, CancellationToken cancellationToken = default) =>
        _session.ExecuteAsync(
            new NpgsqlBatchCommand("select callintel.assign_line($1, $2)").With(line.Value, member?.Value),
            cancellationToken
        );

    /// <summary>Sets or removes the label of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="label">The label, stored unchanged; null removes it.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0151</c> the label is blank, longer than <see cref="Line.MaxLabelLength"/>, or contains control characters
    /// or unpaired surrogates; <c>CI0005</c> the role does not include the permission; <c>CI0260</c> the org has no
    /// such line.
    /// </exception>
    public async Task RenameAsync(LineId line, string? label, CancellationToken cancellationToken = default)
    {
        if (label is not null)
        {
            NameText.ThrowIfInvalid(label);
            await _session.RequireAsync(Permission.ManageMembers, cancellationToken).ConfigureAwait(false);
        }
        NpgsqlBatchCommand command = new NpgsqlBatchCommand("select callintel.rename_line($1, $2)").With(
            line.Value,
            await EncryptLabelAsync(line, label, cancellationToken).ConfigureAwait(false)
        );
        await _session.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Marks a line as not in use any more. Its events keep it. <see cref="AddAsync"/> activates it again.
    /// </summary>
    /// <param name="line">The line. Retiring it again has no effect.</param>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0005</c> the role does not include the permission; <c>CI0260</c> the org has no such line.
    /// </exception>
    public Task RetireAsync(LineId line, CancellationToken cancellationToken = default) =>
        _session.ExecuteAsync(
            new NpgsqlBatchCommand("select callintel.retire_line($1)").With(line.Value),
            cancellationToken
        );

    /// <summary>
    /// Lists the lines of the org, the oldest first, including retired ones. One round trip reads the lines, and a
    /// second one the keys that are not cached.
    /// </summary>
    /// <param name="cancellationToken">The token to monitor for cancellation requests.</param>
    /// <returns>
    /// The lines. Numbers and labels are null for callers without <see cref="Permission.ReadContent"/> (viewer). Empty
    /// for callers who may not read events.
    /// </returns>
    /// <exception cref="CallIntelException">The connection or the session failed; see the error code.</exception>
    public async Task<IReadOnlyList<Line>> ListAsync(CancellationToken cancellationToken = default)
    {
        (List<(Line Line, byte[]? Number, byte[]? Label)> stored, FiledAccess? access) = await _encryption
            .Gate.ListAsync(
                new ProtectedCall<(Line Line, byte[]? Number, byte[]? Label)>(
                    ListRead,
                    new NpgsqlBatchCommand(ListSql),
                    Read
                ),
                _encryption.Gate.Reason(),
                cancellationToken
            )
            .ConfigureAwait(false);
        using DecryptionScope scope = await _encryption
            .OpenAsync(access, stored.SelectMany(l => (byte[]?[])[l.Number, l.Label]), cancellationToken)
            .ConfigureAwait(false);
        return [.. stored.Select(l => Open(scope, l.Line, l.Number, l.Label))];
    }

    static (Line Line, byte[]? Number, byte[]? Label) Read(NpgsqlDataReader row) =>
        (
            new Line(
                new LineId(row.GetGuid(0)),
                row.IsDBNull(1) ? null : new MemberId(row.GetGuid(1)),
                row.GetFieldValue<DateTimeOffset>(2),
                row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3),
                null,
                null
            ),
            row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4),
            row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5)
        );

    Line Open(DecryptionScope scope, Line line, byte[]? number, byte[]? label)
    {
        OpenedText opened = scope.Open(_encryption.Fields.LineNumber, line.Id.Value, number);
        OpenedText called = scope.Open(_encryption.Fields.LineLabel, line.Id.Value, label);
        return line with
        {
            Number = opened.Text,
            NumberStatus = opened.Status,
            Label = called.Text,
            LabelStatus = called.Status,
        };
    }

    async Task<byte[]?> EncryptLabelAsync(LineId line, string? label, CancellationToken cancellationToken) =>
        label is null
            ? null
            : await _encryption
                .EncryptForDirectoryAsync(_encryption.Fields.LineLabel, line.Value, label, cancellationToken)
                .ConfigureAwait(false);
}
