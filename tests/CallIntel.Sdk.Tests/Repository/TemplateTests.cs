using System.Text.Json;
using System.Xml.Linq;
using CallIntel.Sdk.Tests.Documentation;

namespace CallIntel.Sdk.Tests.Repository;

/// <summary>The template makes the API that the sample and the documents show, with this version's packages.</summary>
public sealed class TemplateTests
{
    const string Folder = "templates/callintel-api";

    [Fact]
    public void The_routes_of_the_template_are_those_of_the_sample()
    {
        string sample = Routes("samples/TenantApi/Api/TenantApi.cs"),
            template = Routes($"{Folder}/Program.cs");
        Assert.Equal(12, sample.Split(".Map").Length - 1 - (sample.Split(".MapGroup").Length - 1));
        Assert.Equal(sample, template);
    }

    [Fact]
    public void The_template_needs_no_namespace_of_the_packages_and_60_lines_of_code()
    {
        string[] lines = Lines($"{Folder}/Program.cs");
        Assert.DoesNotContain(lines, line => line.StartsWith("using CallIntel", StringComparison.Ordinal));
        Assert.InRange(
            lines.Count(line =>
                line.Length > 0
                && line is not ("{" or "}" or ");" or "});")
                && !line.StartsWith("//", StringComparison.Ordinal)
                && !line.StartsWith("using ", StringComparison.Ordinal)
            ),
            40,
            60
        );
    }

    [Fact]
    public void The_template_references_the_versions_of_this_repository()
    {
        Dictionary<string, string> central = XDocument
            .Parse(Documents.Read("Directory.Packages.props"))
            .Descendants("PackageVersion")
            .ToDictionary(e => e.Attribute("Include")!.Value, e => e.Attribute("Version")!.Value);
        string version = XDocument
            .Parse(Documents.Read("Directory.Build.props"))
            .Descendants("VersionPrefix")
            .Single()
            .Value;
        Assert.All(
            XDocument.Parse(Documents.Read($"{Folder}/CallIntelApi.csproj")).Descendants("PackageReference"),
            reference =>
            {
                string id = reference.Attribute("Include")!.Value;
                Assert.Equal(
                    id.StartsWith("CallIntel.", StringComparison.Ordinal) ? version : central[id],
                    reference.Attribute("Version")!.Value
                );
            }
        );
    }

    [Fact]
    public void The_template_is_called_callintel_api_and_replaces_its_name_and_the_region()
    {
        using JsonDocument template = JsonDocument.Parse(Documents.Read($"{Folder}/.template.config/template.json"));
        Assert.Equal("callintel-api", template.RootElement.GetProperty("shortName").GetString());
        Assert.Equal("CallIntelApi", template.RootElement.GetProperty("sourceName").GetString());
        string replaced = template
            .RootElement.GetProperty("symbols")
            .GetProperty("region")
            .GetProperty("replaces")
            .GetString()!;
        Assert.Contains($"\"{replaced}\"", Documents.Read($"{Folder}/Program.cs"), StringComparison.Ordinal);
    }

    /// <summary>The code from the first route to the last function that a route calls, however it is wrapped.</summary>
    static string Routes(string file) =>
        string.Concat(
            string.Concat(
                    Lines(file)
                        .SkipWhile(line => line != "app.MapOpenApi();")
                        .Where(line => line is not ("{" or "}" or "app.Run();"))
                )
                .Where(c => !char.IsWhiteSpace(c))
        );

    static string[] Lines(string file) => [.. Documents.Read(file).Split('\n').Select(line => line.Trim())];
}
