using System.CommandLine;
using CallIntel.Cli.Import;
using CallIntel.Cli.Output;
using CallIntel.Cli.Settings;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Cli;

/// <summary>The commands, and what every one of them does alike: settings, errors, exit codes.</summary>
static class CommandLine
{
    internal static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON document on standard output, and nothing else.",
        Recursive = true,
    };

    internal static readonly Option<string?> OptionsFile = new("--options")
    {
        Description =
            $"The options file (mode 0600): connection strings and where the keys are. Default: the environment's {SettingsReader.FileVariable}.",
        Recursive = true,
    };

    internal static readonly Option<string?> Org = new("--org")
    {
        Description = "The org to act in. Default: CALLINTEL_ORG, or the options file.",
    };

    internal static readonly Option<string?> Member = new("--member")
    {
        Description = "The member to act as. Default: CALLINTEL_MEMBER, or the options file.",
    };

    /// <summary>A batch that is on its way is waited for or taken back before the program ends.</summary>
    static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(20);

    /// <summary>What a command does.</summary>
    internal delegate Task<Outcome> Work(
        ParseResult arguments,
        CliSettings settings,
        Screen screen,
        CancellationToken cancellationToken
    );

    internal static async Task<int> RunAsync(string[] arguments)
    {
        Screen screen = new(arguments.Contains("--json"));
        if (SecretArguments.Find(arguments) is { } secret)
            return screen.Fail("", ExitCode.Usage, secret);
        RootCommand root = new(
            "The command line of CallIntel. Secrets come from the environment or an options file, never from arguments."
        )
        {
            Json,
            OptionsFile,
            MigrateCommand.Create(),
            ImportCommand.Create(),
            HealthCommand.Create(),
            PartitionsCommand.Create(),
            DoctorCommand.Create(),
        };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
            return screen.Fail(
                NameOf(parsed),
                ExitCode.Usage,
                SettingsReader.Wrong(
                    string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct()),
                    "Ask for help with --help."
                )
            );
        return await parsed
            .InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = TimeToStop,
                }
            )
            .ConfigureAwait(false);
    }

    internal static Command Create(string name, string description, Work work, params IEnumerable<Symbol> symbols)
    {
        Command command = new(name, description);
        foreach (Symbol symbol in symbols)
            if (symbol is Option option)
                command.Add(option);
            else if (symbol is Argument argument)
                command.Add(argument);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, work, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, Work work, CancellationToken cancellationToken)
    {
        Screen screen = new(parsed.GetValue(Json));
        string name = NameOf(parsed);
        try
        {
            CliSettings settings = SettingsReader.Read(parsed.GetValue(OptionsFile));
            return screen.Finish(name, await work(parsed, settings, screen, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return screen.Fail(
                name,
                ExitCode.Interrupted,
                new CallIntelException(
                    ErrorCodes.CommandAborted,
                    "The command was interrupted.",
                    "Run it again: what was committed stays."
                )
            );
        }
        catch (CallIntelException e)
        {
            return screen.Fail(name, ExitCodeOf(e.Code), e);
        }
#pragma warning disable CA1031 // whoever reads the document gets one
        catch (Exception e)
#pragma warning restore CA1031
        {
            // its own words may quote the file
            return screen.Fail(
                name,
                ExitCode.Failed,
                new CallIntelException(
                    ErrorCodes.CommandAborted,
                    $"An error without a code of its own ended the command: {e.GetType().Name}.",
                    "Run it again; if it stays, report it."
                )
            );
        }
    }

    static ExitCode ExitCodeOf(string code) =>
        code switch
        {
            ErrorCodes.Unreachable or ErrorCodes.LoginRefused => ExitCode.Unreachable,
            ErrorCodes.InvalidCommand
            or ErrorCodes.SecretInArguments
            or ErrorCodes.InvalidOptions
            or ErrorCodes.InvalidSigningKey
            or ErrorCodes.InvalidMapping
            or ErrorCodes.InvalidTimeRange => ExitCode.Usage,
            _ => ExitCode.Failed,
        };

    static string NameOf(ParseResult parsed)
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
