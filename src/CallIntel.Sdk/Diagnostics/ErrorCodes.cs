namespace CallIntel.Sdk.Diagnostics;

/// <summary>The stable codes of <see cref="CallIntelException"/>; each has a page in <c>docs/diagnostics</c>.</summary>
public static class ErrorCodes
{
    /// <summary>A statement ran without a verified session context.</summary>
    public const string NoContext = "CI0001";

    /// <summary>The database refused a session token: malformed, or not signed by a key it knows.</summary>
    public const string TokenRefused = "CI0002";

    /// <summary>The session token has expired, or the clocks of application and database disagree.</summary>
    public const string TokenExpired = "CI0003";

    /// <summary>The member has no role in the org.</summary>
    public const string NotAMember = "CI0004";

    /// <summary>The member's role does not allow what was asked.</summary>
    public const string NotAllowed = "CI0005";

    /// <summary>A change of roles or orgs that the rules forbid.</summary>
    public const string RoleChangeRefused = "CI0006";

    /// <summary>
    /// The options given to <c>AddCallIntel</c> or <see cref="CallIntelDataSource"/> are incomplete or wrong.
    /// </summary>
    public const string InvalidOptions = "CI0007";

    /// <summary>A signing key or key ring file cannot be used.</summary>
    public const string InvalidSigningKey = "CI0008";

    /// <summary>The server cannot be reached.</summary>
    public const string Unreachable = "CI0010";

    /// <summary>The server refused the user name or the password.</summary>
    public const string LoginRefused = "CI0011";

    /// <summary>The database role is stronger than an application may be.</summary>
    public const string RoleTooStrong = "CI0012";

    /// <summary>The SQL package is missing or older than this SDK needs.</summary>
    public const string SchemaTooOld = "CI0013";

    /// <summary>The SQL package is newer than this SDK knows.</summary>
    public const string SchemaTooNew = "CI0014";

    /// <summary>The PostgreSQL server is too old.</summary>
    public const string ServerTooOld = "CI0015";

    /// <summary>The extension pgvector is not available on the server.</summary>
    public const string NoVector = "CI0016";

    /// <summary>A versioned file of the SQL package differs from what was applied.</summary>
    public const string SchemaEdited = "CI0017";

    /// <summary>The SQL package was installed by another tool.</summary>
    public const string SchemaForeign = "CI0018";

    /// <summary>The database refused or lost a statement for a reason of its own.</summary>
    public const string DatabaseError = "CI0019";

    /// <summary>Another run moved the cursor of the stream.</summary>
    public const string CursorMoved = "CI0020";

    /// <summary>An ingest run was used in a way it does not allow.</summary>
    public const string RunNotOpen = "CI0022";

    /// <summary>A file to import cannot be read.</summary>
    public const string UnreadableFile = "CI0023";

    /// <summary>A mapping does not fit the file or contradicts itself.</summary>
    public const string InvalidMapping = "CI0024";

    /// <summary>The key of a person or scope cannot encrypt any more.</summary>
    public const string KeyUnavailable = "CI0026";

    /// <summary>A time range is empty or too long.</summary>
    public const string InvalidTimeRange = "CI0009";

    /// <summary>The key that event ids are made with was to be replaced.</summary>
    public const string EventIdKeyFixed = "CI0150";

    /// <summary>A contact's name is blank, too long, or holds characters that no name has.</summary>
    public const string InvalidName = "CI0151";

    /// <summary>
    /// The database lacks a key that the values to be stored were encrypted under. Transient: repeat the call.
    /// </summary>
    public const string KeyLost = "CI0128";

    /// <summary>There is no such contact, or none that the session's member may see.</summary>
    public const string ContactNotFound = "CI0152";

    /// <summary>An invitation is unknown, used, revoked, expired or void.</summary>
    public const string InvitationRefused = "CI0195";

    /// <summary>Whoever accepts an invitation has a role in the org already.</summary>
    public const string AlreadyMember = "CI0196";

    /// <summary>A privacy rule or an invitation has values that none can have.</summary>
    public const string InvalidRule = "CI0197";

    /// <summary>The rule of a hidden contact was to be changed in a session without a purpose.</summary>
    public const string PurposeNeeded = "CI0198";

    /// <summary>A time zone is none that the database knows.</summary>
    public const string UnknownTimeZone = "CI0025";

    /// <summary>A session context was to be opened in a message that holds several statements.</summary>
    public const string MultiStatementRefused = "CI0027";

    /// <summary>
    /// A context was asked for by claims that prove nothing: not by PostgREST as its pre-request function, or by
    /// statements that can be replaced.
    /// </summary>
    public const string ClaimsNotTrusted = "CI0190";

    /// <summary>The header <c>x-callintel-org</c> of a request through PostgREST holds no org id.</summary>
    public const string InvalidOrgHeader = "CI0191";

    /// <summary>Supabase mode was asked for on a server without Supabase's roles.</summary>
    public const string NotSupabase = "CI0192";

    /// <summary>A role of Supabase's API may do more than the SQL package gives it.</summary>
    public const string ApiRoleTooStrong = "CI0193";

    /// <summary>The publication <c>supabase_realtime</c> publishes tables of the SQL package.</summary>
    public const string RealtimePublishes = "CI0194";

    /// <summary>The org has no source of this name.</summary>
    public const string SourceNotFound = "CI0230";

    /// <summary>What is expected of a source is not a span of time above zero.</summary>
    public const string InvalidExpectation = "CI0231";

    /// <summary>A source cannot have the name it was to get.</summary>
    public const string InvalidSourceName = "CI0232";

    /// <summary>
    /// A host's statement is a command, which could outlive its transaction on a connection that other orgs use.
    /// </summary>
    public const string StatementRefused = "CI0160";

    /// <summary>A cursor to resume an import from belongs to another file.</summary>
    public const string CursorOfAnotherFile = "CI0170";

    /// <summary>A file to import declares a document type with entities.</summary>
    public const string EntitiesRefused = "CI0171";

    /// <summary>A file to import is not of the format it is read as.</summary>
    public const string WrongFormat = "CI0172";

    /// <summary>A write was given no records or too many.</summary>
    public const string WriteCount = "CI0210";

    /// <summary>The texts of a write are too large for one statement.</summary>
    public const string WriteTooLarge = "CI0211";

    /// <summary>A write lost to other transactions with the same records several times in a row.</summary>
    public const string WriteContended = "CI0212";

    /// <summary>The secrets or the form of a webhook's signature cannot be right.</summary>
    public const string InvalidWebhookOptions = "CI0215";

    /// <summary>
    /// What the command-line tool was given does not make a command: an option, a value, its options file.
    /// </summary>
    public const string InvalidCommand = "CI0220";

    /// <summary>
    /// A secret was given to the command-line tool as an argument, which every user of the machine can read.
    /// </summary>
    public const string SecretInArguments = "CI0221";

    /// <summary>The doctor found a table without row-level security, or a policy that opens it.</summary>
    public const string RowSecurityOff = "CI0222";

    /// <summary>The doctor found privileges that are not those of the SQL package.</summary>
    public const string PrivilegesDiffer = "CI0223";

    /// <summary>The doctor found a database role missing or stronger than it may be.</summary>
    public const string RolesChanged = "CI0224";

    /// <summary>The doctor found no partition for this month or the next.</summary>
    public const string PartitionsMissing = "CI0225";

    /// <summary>The doctor found rows in a default partition.</summary>
    public const string DefaultPartitionHasRows = "CI0226";

    /// <summary>The doctor found events whose time is not in the month of their id.</summary>
    public const string EventsMisplaced = "CI0219";

    /// <summary>The doctor found a setting of the server or of a role that leaks, loses or slows.</summary>
    public const string SettingUnsafe = "CI0227";

    /// <summary>The doctor found that maintenance does not keep up.</summary>
    public const string MaintenanceOverdue = "CI0228";

    /// <summary>
    /// A command of the command-line tool did not come to its end: it was interrupted, or met an error that has no code
    /// of its own.
    /// </summary>
    public const string CommandAborted = "CI0229";

    /// <summary>Every connection of the application's pool is in use, and none became free in time.</summary>
    public const string PoolExhausted = "CI0240";

    /// <summary>The server takes no further connection.</summary>
    public const string ServerFull = "CI0241";

    /// <summary>The role that migrates may not create the extension pgvector.</summary>
    public const string ExtensionRefused = "CI0242";

    /// <summary>A statement took longer than it may.</summary>
    public const string TimedOut = "CI0243";

    /// <summary>A migration gave up waiting for locks that other transactions hold.</summary>
    public const string MigrationBlocked = "CI0244";

    /// <summary>The doctor found tables whose rows a backup made as <c>callintel_backup</c> would not hold.</summary>
    public const string BackupIncomplete = "CI0250";
}
