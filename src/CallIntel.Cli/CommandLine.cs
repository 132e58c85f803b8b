using System.CommandLine;
using CallIntel.Cli.Administration;
using CallIntel.Cli.Demo;
using CallIntel.Cli.Import;
using CallIntel.Cli.Output;
using CallIntel.Cli.Requests;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Cli;

/// <summary>Defines the commands, and reads settings and maps errors to exit codes for all of them.</summary>
static class CommandLine
{
    internal static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON document to standard output, and nothing else.",
        Recursive = true,
    };

    internal static readonly Option<string?> OptionsFile = new("--options")
    {
        Description =
            "The options file with connection strings and the paths of keys (mode 0600). "
            + $"Default: the environment variable {SettingsReader.FileVariable}.",
        Recursive = true,
    };

    internal static readonly Option<string?> Org = new("--org")
    {
        Description = "The id of the org to act in. Default: CALLINTEL_ORG, or the options file.",
    };

    internal static readonly Option<string?> Member = new("--member")
    {
        Description = "The id of the member to act as. Default: CALLINTEL_MEMBER, or the options file.",
    };

    /// <summary>How long an interrupted command may take to commit or roll back its current batch.</summary>
    static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Runs a command.</summary>
    internal delegate Task<Outcome> CommandAction(
        ParseResult arguments,
        CliSettings settings,
        ConsoleOutput output,
        CancellationToken cancellationToken
    );

    internal static async Task<int> RunAsync(string[] arguments)
    {
        ConsoleOutput output = new(arguments.Contains("--json"));
        if (SecretArguments.Find(arguments) is { } secret)
            return output.Fail("", ExitCode.Usage, secret);
        RootCommand root = new(
            "The command-line tool of CallIntel. It reads secrets from environment variables or an options file, "
                + "never from arguments."
        )
        {
            Json,
            OptionsFile,
            MigrateCommand.Create(),
            ImportCommand.Create(),
            RejectsCommand.Create(),
            MappingCommand.Create(),
            HealthCommand.Create(),
            PartitionsCommand.Create(),
            RollupsCommand.Create(),
            DoctorCommand.Create(),
            DemoCommand.Create(),
            KeysCommand.Create(),
            DatabaseCommand.Create(),
            ScriptCommand.Create(),
            OrgCommand.Create(),
            MemberCommand.Create(),
            SourceCommand.Create(),
            ShredCommand.Create(),
            DsrCommand.Create(),
            RetentionCommand.Create(),
            AuditCommand.Create(),
            JobsCommand.Create(),
            SearchCommand.Create(),
            AskCommand.Create(),
            WorkerCommand.Create(),
            OptionsCommand.Create(),
        };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
            return output.Fail(
                GetName(parsed),
                ExitCode.Usage,
                SettingsReader.Wrong(
                    string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct()),
                    "Run callintel --help to list the commands and options."
                )
            );
        return await parsed
            .InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = ShutdownTimeout,
                }
            )
            .ConfigureAwait(false);
    }

    internal static Command Create(
        string name,
        string description,
        CommandAction action,
        params IEnumerable<Symbol> symbols
    )
    {
        Command command = new(name, description);
        foreach (Symbol symbol in symbols)
            if (symbol is Option option)
                command.Add(option);
            else if (symbol is Argument argument)
                command.Add(argument);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, action, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, CommandAction action, CancellationToken cancellationToken)
    {
        ConsoleOutput output = new(parsed.GetValue(Json));
        string name = GetName(parsed);
        try
        {
            CliSettings settings = SettingsReader.Read(parsed.GetValue(OptionsFile));
            return output.Finish(name, await action(parsed, settings, output, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return output.Fail(
                name,
                ExitCode.Interrupted,
                new CallIntelException(
                    ErrorCodes.CommandAborted,
                    "The command was interrupted.",
                    "Run it again. Changes that were committed stay."
                )
            );
        }
        catch (CallIntelException e)
        {
            return output.Fail(name, GetExitCode(e.Code), e);
        }
#pragma warning disable CA1031 // a caller that reads the JSON document needs one for every error
        catch (Exception e)
#pragma warning restore CA1031
        {
            // the message of an unknown exception can quote the imported file
            return output.Fail(
                name,
                ExitCode.Failed,
                new CallIntelException(
                    ErrorCodes.CommandAborted,
                    $"The command failed with an unexpected error: {e.GetType().Name}.",
                    "Run it again. If the error persists, report it."
                )
            );
        }
    }

    static ExitCode GetExitCode(string code) =>
        code switch
        {
            ErrorCodes.Unreachable or ErrorCodes.LoginRefused => ExitCode.Unreachable,
            ErrorCodes.InvalidCommand
            or ErrorCodes.SecretInArguments
            or ErrorCodes.InvalidOptions
            or ErrorCodes.InvalidSigningKey
            or ErrorCodes.InvalidMapping
            or ErrorCodes.InvalidTimeRange
            or ErrorCodes.InvalidArchiveKey => ExitCode.Usage,
            _ => ExitCode.Failed,
        };

    static string GetName(ParseResult parsed)
    {
        List<string> names = [];
        for (
            System.CommandLine.Parsing.SymbolResult? result = parsed.CommandResult;
            result is System.CommandLine.Parsing.CommandResult { Command: not RootCommand and var command };
            result = result.Parent
        )
            names.Insert(0, command.Name);
        return string.Join(' ', names);
    }
}
