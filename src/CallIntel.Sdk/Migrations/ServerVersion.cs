using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Migrations;

/// <summary>
/// The oldest server the SQL package runs on: views with <c>security_invoker</c> came with PostgreSQL 15.
/// </summary>
static class ServerVersion
{
    const int Oldest = 15;

    internal static void ThrowIfTooOld(NpgsqlConnection connection)
    {
        if (connection.PostgreSqlVersion.Major < Oldest)
            throw new CallIntelException(
                ErrorCodes.ServerTooOld,
                $"The server is PostgreSQL {connection.PostgreSqlVersion.Major}.",
                $"Use PostgreSQL {Oldest} or later."
            );
    }
}
