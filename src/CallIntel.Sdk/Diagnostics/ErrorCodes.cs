namespace CallIntel.Sdk.Diagnostics;

/// <summary>
/// The stable error codes of <see cref="CallIntelException"/>. <c>docs/diagnostics</c> has a page for each code.
/// </summary>
public static partial class ErrorCodes
{
    /// <summary>A statement ran without a verified session context.</summary>
    public const string NoContext = "CI0001";

    /// <summary>The database refused a session token because it is malformed or not signed with a known key.</summary>
    public const string TokenRefused = "CI0002";

    /// <summary>The session token has expired, or the clocks of application and database disagree.</summary>
    public const string TokenExpired = "CI0003";

    /// <summary>The member has no role in the org.</summary>
    public const string NotAMember = "CI0004";

    /// <summary>The member's role does not include the required permission.</summary>
    public const string NotAllowed = "CI0005";

    /// <summary>A change of roles or orgs is not allowed.</summary>
    public const string RoleChangeRefused = "CI0006";

    /// <summary>
    /// The options passed to <c>AddCallIntel</c> or <see cref="CallIntelDataSource"/> are incomplete or invalid.
    /// </summary>
    public const string InvalidOptions = "CI0007";

    /// <summary>A signing key or a key ring file cannot be used.</summary>
    public const string InvalidSigningKey = "CI0008";

    /// <summary>The server cannot be reached or the connection was lost.</summary>
    public const string Unreachable = "CI0010";

    /// <summary>The server refused the user name or the password.</summary>
    public const string LoginRefused = "CI0011";

    /// <summary>The database role has more privileges than an application may have.</summary>
    public const string RoleTooStrong = "CI0012";

    /// <summary>The SQL package is not installed or is older than this SDK requires.</summary>
    public const string SchemaTooOld = "CI0013";

    /// <summary>The SQL package is newer than this SDK and no longer supports it.</summary>
    public const string SchemaTooNew = "CI0014";

    /// <summary>The PostgreSQL server is too old.</summary>
    public const string ServerTooOld = "CI0015";

    /// <summary>The extension pgvector is not available on the server.</summary>
    public const string NoVector = "CI0016";

    /// <summary>A versioned file of the SQL package differs from the applied version.</summary>
    public const string SchemaEdited = "CI0017";

    /// <summary>The SQL package was installed by another tool.</summary>
    public const string SchemaForeign = "CI0018";

    /// <summary>
    /// The database refused a statement, or the driver failed, for a reason without a code of its own.
    /// </summary>
    public const string DatabaseError = "CI0019";

    /// <summary>Another run moved the cursor of the stream.</summary>
    public const string CursorMoved = "CI0020";

    /// <summary>An ingestion run was used in a way that its state does not allow.</summary>
    public const string RunNotOpen = "CI0022";

    /// <summary>A file to import cannot be read.</summary>
    public const string UnreadableFile = "CI0023";

    /// <summary>A mapping does not match the file or contradicts itself.</summary>
    public const string InvalidMapping = "CI0024";

    /// <summary>The key of a person or scope can no longer encrypt.</summary>
    public const string KeyUnavailable = "CI0026";

    /// <summary>A time range is empty or too long.</summary>
    public const string InvalidTimeRange = "CI0009";

    /// <summary>The key for event ids cannot be replaced.</summary>
    public const string EventIdKeyFixed = "CI0150";

    /// <summary>
    /// The name of a contact, member, line or team is blank, too long, or contains characters that are not allowed.
    /// </summary>
    public const string InvalidName = "CI0151";

    /// <summary>
    /// The database no longer has a key with which values to be stored were encrypted, or the contact of a record.
    /// Transient: repeat the call.
    /// </summary>
    public const string KeyLost = "CI0128";

    /// <summary>The contact does not exist or the member may not see it.</summary>
    public const string ContactNotFound = "CI0152";

    /// <summary>An invitation is unknown, used, revoked, expired or void.</summary>
    public const string InvitationRefused = "CI0195";

    /// <summary>The member who accepts an invitation already has a role in the org.</summary>
    public const string AlreadyMember = "CI0196";

    /// <summary>A privacy rule or an invitation has invalid values.</summary>
    public const string InvalidRule = "CI0197";

    /// <summary>
    /// Changing the rule of a hidden contact, or crypto-shredding it, requires a session with a purpose.
    /// </summary>
    public const string PurposeNeeded = "CI0198";

    /// <summary>A time zone name is invalid or unknown to the database.</summary>
    public const string UnknownTimeZone = "CI0025";

    /// <summary>A session context cannot be opened in a message with several statements.</summary>
    public const string MultiStatementRefused = "CI0027";

    /// <summary>
    /// A session context was requested with untrusted claims: not by PostgREST through its pre-request function, or by
    /// statements that can be replaced.
    /// </summary>
    public const string ClaimsNotTrusted = "CI0190";

    /// <summary>The header <c>x-callintel-org</c> of a request through PostgREST does not contain an org id.</summary>
    public const string InvalidOrgHeader = "CI0191";

    /// <summary>Supabase mode was requested on a server without the roles of Supabase.</summary>
    public const string NotSupabase = "CI0192";

    /// <summary>A role of the Supabase API has more privileges than the SQL package grants.</summary>
    public const string ApiRoleTooStrong = "CI0193";

    /// <summary>The publication <c>supabase_realtime</c> publishes tables of the SQL package.</summary>
    public const string RealtimePublishes = "CI0194";

    /// <summary>The org has no source of this name.</summary>
    public const string SourceNotFound = "CI0230";

    /// <summary>The expected interval of a source is not greater than zero.</summary>
    public const string InvalidExpectation = "CI0231";

    /// <summary>The new name of a source is not valid or is taken.</summary>
    public const string InvalidSourceName = "CI0232";

    /// <summary>
    /// A statement of the application is a command, whose effects could outlast its transaction on a shared connection.
    /// </summary>
    public const string StatementRefused = "CI0160";

    /// <summary>The cursor for resuming an import belongs to another file.</summary>
    public const string CursorOfAnotherFile = "CI0170";

    /// <summary>A file to import declares a document type with entities.</summary>
    public const string EntitiesRefused = "CI0171";

    /// <summary>A file to import does not have the expected format.</summary>
    public const string WrongFormat = "CI0172";

    /// <summary>A write has no records or too many records.</summary>
    public const string WriteCount = "CI0210";

    /// <summary>The texts of a write are too large for one statement.</summary>
    public const string WriteTooLarge = "CI0211";

    /// <summary>Other transactions changed the records of a write several times in a row.</summary>
    public const string WriteContended = "CI0212";

    /// <summary>The options for verifying a webhook signature are invalid.</summary>
    public const string InvalidWebhookOptions = "CI0215";

    /// <summary>
    /// The arguments or the options file of the command-line tool are invalid.
    /// </summary>
    public const string InvalidCommand = "CI0220";

    /// <summary>
    /// A secret was passed to the command-line tool as an argument, which other users of the machine can read.
    /// </summary>
    public const string SecretInArguments = "CI0221";

    /// <summary>The doctor found a table without row-level security, or a policy that allows too much.</summary>
    public const string RowSecurityOff = "CI0222";

    /// <summary>The doctor found privileges that differ from those of the SQL package.</summary>
    public const string PrivilegesDiffer = "CI0223";

    /// <summary>The doctor found a database role that is missing or has too many privileges.</summary>
    public const string RolesChanged = "CI0224";

    /// <summary>The doctor found no partition for the current or the next month.</summary>
    public const string PartitionsMissing = "CI0225";

    /// <summary>The doctor found rows in a default partition.</summary>
    public const string DefaultPartitionHasRows = "CI0226";

    /// <summary>The doctor found events whose time is not in the month of their id.</summary>
    public const string EventsMisplaced = "CI0219";

    /// <summary>The doctor found a server or role setting that is unsafe or slow.</summary>
    public const string SettingUnsafe = "CI0227";

    /// <summary>The doctor found overdue maintenance.</summary>
    public const string MaintenanceOverdue = "CI0228";

    /// <summary>
    /// A command of the command-line tool was interrupted or failed with an error that has no code of its own.
    /// </summary>
    public const string CommandAborted = "CI0229";

    /// <summary>All connections of the application's pool are in use, and none became available in time.</summary>
    public const string PoolExhausted = "CI0240";

    /// <summary>The server has reached its connection limit.</summary>
    public const string ServerFull = "CI0241";

    /// <summary>The role that runs the migration may not create the extension pgvector.</summary>
    public const string ExtensionRefused = "CI0242";

    /// <summary>A statement exceeded its time-out.</summary>
    public const string TimedOut = "CI0243";

    /// <summary>A migration gave up waiting for locks that other transactions hold.</summary>
    public const string MigrationBlocked = "CI0244";

    /// <summary>
    /// The doctor found tables whose rows would be missing from a backup made with <c>callintel_backup</c>.
    /// </summary>
    public const string BackupIncomplete = "CI0250";

    /// <summary>The org has no line with this id.</summary>
    public const string LineNotFound = "CI0260";

    /// <summary>The org has no member with this id.</summary>
    public const string MemberNotFound = "CI0261";

    /// <summary>The org has no team with this id.</summary>
    public const string TeamNotFound = "CI0262";

    /// <summary>Another team of the org has this name.</summary>
    public const string TeamNameTaken = "CI0263";

    /// <summary>
    /// The number of a line is blank, too long, or contains characters that are not allowed.
    /// </summary>
    public const string InvalidLineNumber = "CI0264";

    /// <summary>Business hours overlap, close before they open, or are too many.</summary>
    public const string InvalidBusinessHours = "CI0265";

    /// <summary>A text is not a cursor of the change feed.</summary>
    public const string InvalidChangeCursor = "CI0280";

    /// <summary>The retention of the change feed is shorter than one hour.</summary>
    public const string InvalidFeedRetention = "CI0281";

    /// <summary>The contact is already merged into another contact, or is not merged into any.</summary>
    public const string ContactMerged = "CI0266";

    /// <summary>The privacy rules of two contacts cannot be combined by merging the contacts.</summary>
    public const string RulesNotCombinable = "CI0267";

    /// <summary>The deletion of an org was not confirmed with its name or id.</summary>
    public const string OrgNotConfirmed = "CI0268";

    /// <summary>The access could not be recorded in the access ledger, so no protected text is returned.</summary>
    public const string AccessNotFiled = "CI0290";

    /// <summary>An export or a bulk read requires a purpose.</summary>
    public const string ReadPurposeNeeded = "CI0291";

    /// <summary>The audit mode is unknown.</summary>
    public const string InvalidAuditMode = "CI0360";

    /// <summary>A seal key or the file with seal keys is not valid.</summary>
    public const string InvalidSealKey = "CI0361";

    /// <summary>Another process sealed the ledgers at the same time, or a stored Merkle tree is damaged.</summary>
    public const string SealConflict = "CI0362";

    /// <summary>The checkpoint sink failed, or returned something that is not a checkpoint.</summary>
    public const string CheckpointSinkFailed = "CI0363";

    /// <summary>A month of the ledgers cannot be removed, because it is not sealed or too recent.</summary>
    public const string LedgerMonthNotRemovable = "CI0364";

    /// <summary>Ledgers were not sealed, or checkpoints not delivered, for long. Reported by the doctor.</summary>
    public const string SealOverdue = "CI0365";

    /// <summary>The worker does not hold the job any more: its lease ended, or the job was dropped.</summary>
    public const string JobNotHeld = "CI0300";

    /// <summary>The org has no job with this id.</summary>
    public const string JobNotFound = "CI0301";

    /// <summary>A worker asked the queue for something that is out of range.</summary>
    public const string InvalidJobRequest = "CI0302";

    /// <summary>A function enqueued a job of a kind that the database does not know.</summary>
    public const string UnknownJobKind = "CI0303";

    /// <summary>The org has no embeddings, because no owner has turned them on.</summary>
    public const string EmbeddingsOff = "CI0310";

    /// <summary>A vector has the wrong size, or a generator returned something other than vectors.</summary>
    public const string InvalidEmbedding = "CI0311";

    /// <summary>Only a worker that embeds content may do this.</summary>
    public const string NotAnEmbeddingJob = "CI0312";

    /// <summary>The name, the dimensions or the limit of a model of embeddings are not valid.</summary>
    public const string InvalidEmbeddingSettings = "CI0313";

    /// <summary>The org uses another model of embeddings now.</summary>
    public const string EmbeddingModelChanged = "CI0314";

    /// <summary>The generator of embeddings failed.</summary>
    public const string EmbeddingFailed = "CI0315";

    /// <summary>This process has no generator for the model that embeds the content of the org.</summary>
    public const string EmbeddingModelMissing = "CI0316";

    /// <summary>The file of an embedding model cannot be read, or is not the one that was described.</summary>
    public const string EmbeddingModelInvalid = "CI0317";

    /// <summary>A request of a web application has no identity, so no session can be opened.</summary>
    public const string NoIdentity = "CI0330";

    /// <summary>A request of a web application names an unknown purpose.</summary>
    public const string InvalidPurpose = "CI0331";

    /// <summary>A search text is blank or too long, or the words of a search are not valid.</summary>
    public const string InvalidSearch = "CI0340";

    /// <summary>Text search was turned on with settings that are out of range.</summary>
    public const string InvalidSearchSettings = "CI0341";

    /// <summary>A text is not a cursor of a search.</summary>
    public const string InvalidSearchCursor = "CI0342";

    /// <summary>The plan of a question, or its JSON form, is invalid.</summary>
    public const string InvalidPlan = "CI0390";
}
