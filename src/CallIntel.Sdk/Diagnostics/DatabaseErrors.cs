using System.Net.Sockets;
using CallIntel.Sdk.Migrations;
using Npgsql;

namespace CallIntel.Sdk.Diagnostics;

/// <summary>
/// Turns what the driver throws into a <see cref="CallIntelException"/> with a code and a remedy, and without row
/// values.
/// </summary>
static class DatabaseErrors
{
    internal static bool CanTranslate(Exception exception) => exception is NpgsqlException;

    /// <summary>Detail and context of the server's error are left behind on purpose: they may quote values.</summary>
    internal static CallIntelException Translate(Exception exception)
    {
        if (exception is not PostgresException error)
            return TranslateOfDriver(exception);

        if (error.SqlState.Length == 5 && error.SqlState.StartsWith("CI", StringComparison.Ordinal))
            return new(
                $"CI0{error.SqlState.AsSpan(2)}",
                error.MessageText,
                error.Hint ?? "See the page of the code.",
                error
            )
            {
                IsTransient = error.SqlState == "CI128", // keys are read again
            };

        return error.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => new(
                ErrorCodes.LoginRefused,
                "The server refused the user name or the password.",
                "Check both in the connection string, and pg_hba.conf.",
                error
            ),
            PostgresErrorCodes.InvalidCatalogName => new(
                ErrorCodes.Unreachable,
                "The database does not exist.",
                "Check the name in the connection string.",
                error
            ),
            PostgresErrorCodes.TooManyConnections => new(
                ErrorCodes.ServerFull,
                "The server takes no further connection.",
                "Lower Maximum Pool Size of the applications, put a pooler before the server, or raise max_connections.",
                error
            )
            {
                IsTransient = true,
            },
            PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown => new(
                ErrorCodes.Unreachable,
                "The PostgreSQL server is starting or stopping, or ended the connection.",
                "Try again later.",
                error
            )
            {
                IsTransient = true,
            },
            PostgresErrorCodes.QueryCanceled => new(
                ErrorCodes.TimedOut,
                "The server cancelled the statement, because it ran longer than statement_timeout or somebody cancelled it.",
                "Ask for less, or raise statement_timeout of callintel_app.",
                error
            )
            {
                IsTransient = true,
            },
            PostgresErrorCodes.InsufficientPrivilege => new(
                ErrorCodes.NotAllowed,
                "The member's role, or the database role, does not allow this.",
                "Ask an admin of the org for a role that does.",
                error
            ),
            PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.UndefinedFunction
            or PostgresErrorCodes.InvalidSchemaName => new(
                ErrorCodes.SchemaTooOld,
                "A table or function of the SQL package is missing.",
                "Run SchemaMigrator, or apply the SQL package.",
                error
            ),
            _ => new(
                ErrorCodes.DatabaseError,
                $"The database refused the statement (SQLSTATE {error.SqlState}).",
                "Look the SQLSTATE up in the PostgreSQL manual, appendix A.",
                error
            ),
        };
    }

    /// <summary>
    /// For operations, which no member of an org does: they run with whatever the database role may do.
    /// </summary>
    internal static CallIntelException TranslateForOperator(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } error
            ? new(
                ErrorCodes.NotAllowed,
                "The database role that is connected may not do this.",
                "Connect as callintel_ops, as the role that installed the schema, or as a superuser.",
                error
            )
            : Translate(exception);

    static CallIntelException TranslateOfDriver(Exception exception) =>
        exception switch
        {
            // the driver has no type or code for these two; its messages are never translated
            NpgsqlException { InnerException: TimeoutException }
                when exception.Message.StartsWith("The connection pool has been exhausted", StringComparison.Ordinal) =>
                new(
                    ErrorCodes.PoolExhausted,
                    "Every connection of the application's pool is in use, and none became free in time.",
                    "Read results to their end or dispose them, or raise Maximum Pool Size in the connection string.",
                    exception
                ),
            NpgsqlException { InnerException: TimeoutException }
                when exception.Message.StartsWith("Exception while reading", StringComparison.Ordinal) => new(
                ErrorCodes.TimedOut,
                "The statement ran longer than Command Timeout of the connection string allows.",
                "Ask for less, or raise Command Timeout.",
                exception
            ),
            NpgsqlException
            {
                InnerException: SocketException or TimeoutException or EndOfStreamException or IOException or null
            } => new(
                ErrorCodes.Unreachable,
                "The PostgreSQL server cannot be reached or broke the connection.",
                "Check host, port and network, and that the server runs.",
                exception
            ),
            _ => new(ErrorCodes.DatabaseError, "The database driver failed.", "See the inner exception.", exception),
        };
}
